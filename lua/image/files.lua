-- Reading and writing of picture files: load, save, their variants for each format, compression to
-- and from tensors, and sizes. Samples are 0 to 1 in floating point, 0 to 255 in bytes.

local arguments = require 'image.arguments'
local codec = require 'image.codec'
local F = require 'torch.ffi'
local replace = require 'torch.replacefile'
local torch = require 'torch'

local files = {}

local raise = F.raise

-- Arguments --------------------------------------------------------------------------------------

local function check_filename(name, filename)
  if type(filename) ~= 'string' then F.bad_argument(name, 1, 'a file name', filename) end
end

local function check_depth(name, depth)
  if depth ~= nil and depth ~= 1 and depth ~= 3 then
    F.bad_argument(name, 2, 'a number of channels (1 or 3)', depth)
  end
end

local types = {byte = true, float = true, double = true}
local types_by_class = {['torch.FloatTensor'] = 'float', ['torch.DoubleTensor'] = 'double',
  ['torch.ByteTensor'] = 'byte'}

local function check_type(name, type)
  if type == nil then return types_by_class[torch.getdefaulttensortype()] or 'double' end
  if not types[type] then
    raise("%s: expected 'float', 'double' or 'byte' as argument 3, got %s", name, tostring(type))
  end
  return type
end

local function contents(name, filename)
  check_filename(name, filename)
  local file, message = io.open(filename, 'rb')
  local text
  if file then
    text, message = file:read('*a')
    file:close()
  end
  if not text then
    message = tostring(message)
    local place = message:sub(1, #filename + 2) == filename .. ': '
    raise('%s: cannot read %s: %s', name, filename,
      place and message:sub(#filename + 3) or message)
  end
  return text
end

-- Depth ------------------------------------------------------------------------------------------

local function to_grey(x)
  if x:size(1) < 3 then return x:narrow(1, 1, 1) end
  return require('image.color').rgb2y(x:narrow(1, 1, 3))
end

local function to_colour(x)
  if x:size(1) == 3 then return x end
  if x:size(1) == 4 then return x:narrow(1, 1, 3):clone() end
  return x:narrow(1, 1, 1):expand(3, x:size(2), x:size(3)):clone()
end

-- With the number of channels asked for.
local function of_depth(x, depth)
  if depth == 1 then return to_grey(x) end
  return depth == 3 and to_colour(x) or x
end

-- Reading ----------------------------------------------------------------------------------------

local function decode(name, subject, format, bytes, n, depth, type)
  check_depth(name, depth)
  return of_depth(codec.decode(name, subject, format, bytes, n, check_type(name, type)), depth)
end

local function loader(name, format)
  return function(filename, depth, type)
    local text = contents(name, filename)
    return decode(name, filename, format, text, #text, depth, type)
  end
end

local function sizer(name, format)
  return function(filename)
    local text = contents(name, filename)
    return codec.size(name, filename, format, text, #text)
  end
end

local function check_bytes(name, tensor)
  if not F.is_tensor(tensor) or tensor.dtype ~= F.dtype.Byte or tensor:nElement() == 0 then
    F.bad_argument(name, 1, 'a ByteTensor with the bytes of a file', tensor)
  end
  return arguments.on_host(tensor):contiguous()
end

local function decompressor(name, format)
  return function(tensor, depth, type)
    local bytes = check_bytes(name, tensor)
    return decode(name, 'the ByteTensor', format, bytes:data(), bytes:nElement(), depth, type)
  end
end

--- image.decompress(tensor, [depth], [type]): the format is the one that the bytes begin with.
function files.decompress(tensor, depth, type)
  local bytes = check_bytes('image.decompress', tensor)
  local n = bytes:nElement()
  local format = codec.recognize(bytes:data(), n)
  if format ~= 'png' and format ~= 'jpg' then
    raise('image.decompress: the %d bytes are neither a PNG nor a JPEG file', n)
  end
  return decode('image.decompress', 'the ByteTensor', format, bytes:data(), n, depth, type)
end

files.decompressPNG = decompressor('image.decompressPNG', 'png')
files.decompressJPG = decompressor('image.decompressJPG', 'jpg')
files.loadPNG = loader('image.loadPNG', 'png')
files.loadJPG = loader('image.loadJPG', 'jpg')
files.loadPPM = loader('image.loadPPM', 'ppm')
files.getPNGsize = sizer('image.getPNGsize', 'png')
files.getJPGsize = sizer('image.getJPGsize', 'jpg')
files.getPPMsize = sizer('image.getPPMsize', 'ppm')

-- Writing ----------------------------------------------------------------------------------------

local allowed = {png = {1, 2, 3, 4}, jpg = {1, 3}, ppm = {3}, pgm = {1}}

-- The picture as a contiguous ByteTensor of 3 dimensions: what is not bytes is limited to 0 and 1
-- and becomes 0 to 255, rounded down.
local function to_bytes(name, n, x, format)
  if not F.is_tensor(x) then F.bad_argument(name, n, 'a tensor', x) end
  local channels = x:dim() == 2 and 1 or x:dim() == 3 and x:size(1)
  local fits = false
  for _, c in ipairs(allowed[format]) do fits = fits or c == channels end
  if not fits then
    raise('%s: expected %s x height x width%s as argument %d, got %s', name,
      table.concat(allowed[format], ', '), allowed[format][1] == 1 and ' or height x width' or '',
      n, F.describe(x))
  end
  x = arguments.on_host(x)
  if x:type() ~= 'torch.ByteTensor' then
    local float = x:type() == 'torch.DoubleTensor' and x or x:float()
    x = torch.clamp(float, 0, 1):mul(255):byte()
  end
  x = x:contiguous()
  return x:dim() == 3 and x or x:view(1, x:size(1), x:size(2))
end

local function check_quality(name, quality)
  if quality == nil then return 75 end
  if type(quality) ~= 'number' or not (quality >= 1 and quality <= 100) then
    F.bad_argument(name, 2, 'a quality (1 to 100)', quality)
  end
  return math.floor(quality)
end

local function compressor(name, format)
  return function(tensor, quality)
    quality = check_quality(name, quality)
    return codec.encode(name, format, to_bytes(name, 1, tensor, format), quality)
  end
end

local function saver(name, format)
  return function(filename, tensor)
    check_filename(name, filename)
    local bytes = codec.encode(name, format, to_bytes(name, 2, tensor, format), 75):storage()
    local ok, message = pcall(replace, filename, function(file) file:binary():writeByte(bytes) end)
    if not ok then raise('%s: %s', name, (tostring(message):gsub('^[^\n<]-:%d+: ', ''))) end
  end
end

files.compressPNG = compressor('image.compressPNG', 'png')
files.compressJPG = compressor('image.compressJPG', 'jpg')
files.savePNG = saver('image.savePNG', 'png')
files.saveJPG = saver('image.saveJPG', 'jpg')
files.savePPM = saver('image.savePPM', 'ppm')
files.savePGM = saver('image.savePGM', 'pgm')

-- By the name or the contents of a file ----------------------------------------------------------

--- Suffix -> {loader =, saver =, sizer =}; programs may add formats of theirs.
files.supported_filetypes = {
  jpg = {loader = files.loadJPG, saver = files.saveJPG, sizer = files.getJPGsize},
  png = {loader = files.loadPNG, saver = files.savePNG, sizer = files.getPNGsize},
  ppm = {loader = files.loadPPM, saver = files.savePPM, sizer = files.getPPMsize},
  pgm = {loader = files.loadPPM, saver = files.savePGM, sizer = files.getPPMsize},
}
files.supported_filetypes.jpeg = files.supported_filetypes.jpg

--- Whether pictures can be read and written under a suffix, without its dot.
function files.is_supported(suffix)
  return type(suffix) == 'string' and files.supported_filetypes[suffix:lower()] ~= nil
end

local function filetype(name, filename)
  local suffix = filename:match('%.([^./]+)$')
  local found = suffix and files.supported_filetypes[suffix:lower()]
  if found then return found end
  local known = {}
  for key in pairs(files.supported_filetypes) do known[#known + 1] = key end
  table.sort(known)
  raise('%s: %s has no suffix of a format that is supported (%s)', name, filename,
    table.concat(known, ', '))
end

--- image.load(filename, [depth], [type]): PNG, JPEG, PGM and PPM are told apart by how they begin.
function files.load(filename, depth, type)
  local text = contents('image.load', filename)
  local format = codec.recognize(text, #text)
  if not format then return filetype('image.load', filename).loader(filename, depth, type) end
  return decode('image.load', filename, format, text, #text, depth, type)
end

--- image.save(filename, tensor): the suffix decides on the format.
function files.save(filename, tensor)
  check_filename('image.save', filename)
  return filetype('image.save', filename).saver(filename, tensor)
end

--- image.getSize(filename): a LongTensor with channels, height and width.
function files.getSize(filename)
  local text = contents('image.getSize', filename)
  local format = codec.recognize(text, #text)
  if not format then
    return torch.LongTensor{filetype('image.getSize', filename).sizer(filename)}
  end
  return torch.LongTensor{codec.size('image.getSize', filename, format, text, #text)}
end

return files
