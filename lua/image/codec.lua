-- The door to libluatorch_image.so: picture files in memory to tensors and back. Everything else of
-- package image that touches PNG, JPEG or PNM bytes comes through here.

local ffi = require 'ffi'
local cdef = require 'image.cdef'
local F = require 'torch.ffi'
local torch = require 'torch'

local function load_library()
  local path, tried = package.searchpath('libluatorch_image', package.cpath)
  if not path then
    error('image: libluatorch_image.so not found; make builds it where the headers of libpng and '
      .. 'libjpeg are installed (Debian: apt-get install libpng-dev libjpeg-dev):' .. tried, 0)
  end
  local ok, library = pcall(ffi.load, path)
  if not ok then
    error(('image: %s (Debian: apt-get install libpng16-16 libjpeg62-turbo)'):format(library), 0)
  end
  return library
end

ffi.cdef(cdef.text)
local C = load_library()
if ffi.string(C.lt_image_cdef_hash()) ~= cdef.hash then
  error('libluatorch_image and its Lua files are of different builds; run make again', 0)
end

local codec = {}

local formats = {png = C.LT_IMAGE_PNG, jpg = C.LT_IMAGE_JPEG, ppm = C.LT_IMAGE_PNM,
  pgm = C.LT_IMAGE_PNM}
local names = {png = 'PNG', jpg = 'JPEG', ppm = 'PPM', pgm = 'PGM'}
local types = {byte = C.LT_IMAGE_BYTE, float = C.LT_IMAGE_FLOAT, double = C.LT_IMAGE_DOUBLE}
local classes = {byte = 'ByteTensor', float = 'FloatTensor', double = 'DoubleTensor'}

--- The format of bytes by how they begin: 'png', 'jpg', 'ppm', or nil.
function codec.recognize(bytes, n)
  if n >= 8 and ffi.string(bytes, 8) == '\137PNG\r\n\26\n' then return 'png' end
  if n >= 3 and ffi.string(bytes, 3) == '\255\216\255' then return 'jpg' end
  if n >= 2 and ffi.string(bytes, 2):find('^P[2356]') then return 'ppm' end
end

local function fail(name, subject, format)
  F.raise('%s: %s is no %s picture that can be read: %s', name, subject, names[format],
    ffi.string(C.lt_image_error()))
end

local header = ffi.new 'lt_image_header'

-- Messages of name (the function) call the bytes `subject`.
local function read_header(name, subject, format, bytes, n)
  if C.lt_image_read_header(header, formats[format], bytes, n) ~= 0 then
    fail(name, subject, format)
  end
end

--- Channels, height and width that a file of n bytes declares.
function codec.size(name, subject, format, bytes, n)
  read_header(name, subject, format, ffi.cast('const uint8_t *', bytes), n)
  return tonumber(header.channels), tonumber(header.height), tonumber(header.width)
end

--- The picture in n bytes as a tensor channels x height x width of a type ('byte', 'float',
-- 'double'): 0 to 1, bytes 0 to 255.
function codec.decode(name, subject, format, bytes, n, type)
  bytes = ffi.cast('const uint8_t *', bytes)
  read_header(name, subject, format, bytes, n)
  local out = torch[classes[type]](tonumber(header.channels), tonumber(header.height),
    tonumber(header.width))
  if C.lt_image_decode(out:data(), types[type], header, formats[format], bytes, n) ~= 0 then
    fail(name, subject, format)
  end
  return out
end

local function copy(data, n)
  local out = torch.ByteTensor(n)
  ffi.copy(out:data(), data, n)
  return out
end

--- A ByteTensor with the bytes of a file in a format, made from a contiguous ByteTensor channels x
-- height x width.
function codec.encode(name, format, pixels, quality)
  local file = ffi.new 'lt_image_bytes'
  local rc = C.lt_image_encode(file, formats[format], pixels:data(), pixels:size(1),
    pixels:size(2), pixels:size(3), quality)
  if rc ~= 0 then
    F.raise('%s: cannot make a %s file of %s: %s', name, names[format], F.describe(pixels),
      ffi.string(C.lt_image_error()))
  end
  local ok, result = pcall(copy, file.data, tonumber(file.size))
  C.lt_image_free(file.data)
  if not ok then F.raise('%s: %s', name, result) end
  return result
end

return codec
