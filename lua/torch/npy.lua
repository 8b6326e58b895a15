-- torch.npy: NumPy's .npy files. The format is NumPy Enhancement Proposal 1, versions 1.0 to 3.0;
-- files are written in version 1.0, byte for byte as NumPy does.

local F = require 'torch.ffi'
local arrays = require 'torch.arrays'

local damaged = arrays.damaged
local npy = {}

local MAGIC = '\147NUMPY'
local ALIGN = 64          -- the elements begin at a multiple of this
local GROWTH_DIGITS = 21  -- room that is left for the first (columns: last) size to grow
local MAX_HEADER = 2^20   -- bytes; only structured types, which tensors are not, have long headers

-- Kind and size of a NumPy type to the name of a tensor type, and back.
local read_types = {
  b1 = 'Byte', u1 = 'Byte', i1 = 'Char', i2 = 'Short', i4 = 'Int', i8 = 'Long',
  f2 = 'Half', f4 = 'Float', f8 = 'Double',
  u2 = 'UnsignedShort', u4 = 'UnsignedInt', u8 = 'UnsignedLong',
}
local write_types = {
  Byte = '|u1', Char = '|i1', Short = '<i2', Int = '<i4', Long = '<i8', Half = '<f2',
  Float = '<f4', Double = '<f8',
}

-- Header -----------------------------------------------------------------------------------------

-- The values of a header: strings, booleans, tuples of sizes. Each parser takes the text and a
-- position and returns the value and the position behind it, or nil.
local function parse_string(text, at)
  local quote, value = text:match('^([\'"])([^\'"\\\n]*)', at)
  if not quote or text:sub(at + #value + 1, at + #value + 1) ~= quote then return nil end
  return value, at + #value + 2
end

local function parse_boolean(text, at)
  local word = text:match('^%a+', at)
  if word == 'True' then return true, at + 4 end
  if word == 'False' then return false, at + 5 end
end

local function parse_shape(text, at)
  local inside = text:match('^%(([%d%sL,]*)%)', at)
  if not inside then return nil end
  local shape, from = {}, 1
  while not inside:find('^%s*$', from) do
    local digits, comma, behind = inside:match('^%s*(%d+)L?%s*(,?)()', from)
    if not digits or #digits > 16 then return nil end
    shape[#shape + 1] = tonumber(digits)
    if comma == '' and (#shape == 1 or behind <= #inside) then return nil end
    from = behind
  end
  return shape, at + #inside + 2
end

local parsers = {descr = parse_string, fortran_order = parse_boolean, shape = parse_shape}

-- The fields of a header, a dict as Python prints it; raises unless it has exactly those of npy.
local function parse_header(text, name)
  local fields = {}
  local at = text:match('^%s*{%s*()')
  if not at then damaged(name, 'its header is no dict') end
  while text:sub(at, at) ~= '}' do
    local key, behind = parse_string(text, at)
    local parse = parsers[key]
    if not parse or fields[key] ~= nil then damaged(name, 'bad key in its header') end
    local start = text:match('^%s*:%s*()', behind)
    if start and key == 'descr' and text:find('^%[', start) then
      F.raise('%s has a structured type, which no tensor has', name)
    end
    local value, last
    if start then value, last = parse(text, start) end
    if value == nil then damaged(name, 'bad %s in its header', key) end
    fields[key] = value
    at = text:match('^%s*,%s*()', last) or text:match('^%s*()}', last)
    if not at then damaged(name, 'bad header behind %s', key) end
  end
  if not text:find('^}%s*$', at) then damaged(name, 'bytes behind the dict of its header') end
  for key in pairs(parsers) do
    if fields[key] == nil then damaged(name, 'no %s in its header', key) end
  end
  return fields
end

-- Version and length of the header: 2 bytes in version 1, else 4, little endian.
local function read_header(port, name)
  local start = arrays.get_text(port, name, 8)
  if start:sub(1, 6) ~= MAGIC then F.raise('%s is no .npy file', name) end
  local major, minor = start:byte(7, 8)
  if major < 1 or major > 3 or minor ~= 0 then
    F.raise('%s is of version %d.%d of the .npy format, which is unknown', name, major, minor)
  end
  local a, b, c, d = arrays.get_text(port, name, major == 1 and 2 or 4):byte(1, -1)
  local length = a + b * 2^8 + (c or 0) * 2^16 + (d or 0) * 2^24
  if length > MAX_HEADER then damaged(name, 'a header of %d bytes', length) end
  return parse_header(arrays.get_text(port, name, length), name)
end

--- Reads an array from a port; see npy.load.
function npy.read(port, name)
  local header = read_header(port, name)
  local order, kind = header.descr:match('^([<>|=]?)(%a%d+)$')
  local type_name = read_types[kind]
  if not type_name then
    F.raise('%s has elements of NumPy type %s, which no tensor has', name, header.descr)
  end
  local stream = arrays.stream(port, name, order == '>')
  return arrays.read(stream, type_name, header.shape, header.fortran_order)
end

local function header_text(t, columns)
  local shape = t:size():totable()
  if #shape == 0 then shape = {0} end
  local sizes = {}
  for i = 1, #shape do sizes[i] = ('%d'):format(shape[i]) end
  local text = ("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"):format(
    write_types[F.dtype_name[t.dtype]], columns and 'True' or 'False',
    #sizes == 1 and sizes[1] .. ',' or table.concat(sizes, ', '))
  text = text .. (' '):rep(GROWTH_DIGITS - #sizes[columns and #sizes or 1])
  text = text .. (' '):rep(ALIGN - (#MAGIC + 4 + #text + 1) % ALIGN) .. '\n'
  return MAGIC .. '\1\0' .. string.char(#text % 256, math.floor(#text / 256)) .. text
end

--- Text before the elements, and the tensor in the order in which they are to be written.
-- Raises for a type that NumPy lacks.
function npy.prepare(t, what)
  if not write_types[F.dtype_name[t.dtype]] then
    F.raise('%s: NumPy has no %s elements; convert the tensor to float', what,
      F.dtype_name[t.dtype])
  end
  if t:dim() > 1 and not t:isContiguous() then
    local order = {}
    for i = 1, t:dim() do order[i] = t:dim() + 1 - i end
    local reversed = t:permute(unpack(order))
    if reversed:isContiguous() then return header_text(t, true), reversed end
  end
  return header_text(t, false), t
end

--- torch.npy.load(file): the array of a .npy file as a tensor. file: its name, or a torch.File at
-- the array's first byte, which is left behind its last one. Booleans become bytes; unsigned
-- integers of 16 and 32 bits become Int and Long; a number becomes a tensor of one element. Raises
-- for elements that no tensor has and for damaged files.
function npy.load(file)
  return arrays.read_from(file, 'torch.npy.load', npy.read)
end

--- torch.npy.save(file, tensor): writes a .npy file, as a whole or not at all. file: its name, or a
-- torch.File to write to. A transposed tensor is stored by columns ("Fortran order").
function npy.save(file, t)
  if not F.is_tensor(t) or t.device ~= 0 then
    F.bad_argument('torch.npy.save', 2, 'a tensor of the CPU', t)
  end
  local header, ordered = npy.prepare(t, 'torch.npy.save')
  arrays.write_to(file, 'torch.npy.save', function(port, name)
    local stream = arrays.stream(port, name)
    arrays.put_text(stream, header)
    arrays.write(stream, ordered)
  end)
end

return npy
