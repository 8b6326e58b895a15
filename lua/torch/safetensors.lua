-- torch.safetensors: tensors by name in the safetensors format (its version 1): 8 bytes that give
-- the length of the header, the header in JSON, the elements. A file is accepted only if its header
-- is valid and the tensors cover its bytes without holes or overlaps.

local F = require 'torch.ffi'
local arrays = require 'torch.arrays'
local json = require 'torch.json'

local damaged = arrays.damaged
local safetensors = {}

local MAX_HEADER = 100000000 -- bytes, the format's own limit

-- Types of the format to those of tensors.
local read_types = {
  BOOL = 'Byte', U8 = 'Byte', I8 = 'Char', I16 = 'Short', I32 = 'Int', I64 = 'Long', F16 = 'Half',
  BF16 = 'BFloat16', F32 = 'Float', F64 = 'Double',
  U16 = 'UnsignedShort', U32 = 'UnsignedInt', U64 = 'UnsignedLong',
}
-- Types that tensors are written in, in the order in which they are stored: that of the reference
-- implementation, which keeps every element aligned.
local write_order = {'Long', 'Double', 'Float', 'Int', 'BFloat16', 'Half', 'Short', 'Char', 'Byte'}
local write_types, rank = {}, {}
for code, name in pairs(read_types) do
  if code ~= 'BOOL' then write_types[name] = code end
end
for i, name in ipairs(write_order) do rank[name] = i end

-- Reading ----------------------------------------------------------------------------------------

local function is_size(x)
  return type(x) == 'number' and x >= 0 and x <= 2^53 and x % 1 == 0
end

-- Checks the list `values` of sizes; n: how many there must be, nil for any number.
local function check_sizes(values, n, file, name, what)
  local good = json.is_array(values) and (not n or #values == n)
  for i = 1, good and #values or 0 do good = good and is_size(values[i]) end
  if not good then damaged(file, 'bad %s of tensor %s', what, name) end
end

local function check_metadata(metadata, file)
  if not json.is_object(metadata) then
    damaged(file, '__metadata__ is no object')
  end
  for key, value in pairs(metadata) do
    if type(value) ~= 'string' then damaged(file, 'metadata %s is no string', key) end
  end
end

-- {name, type, shape, first byte, last byte + 1} of a tensor from its entry in the header.
local function tensor_entry(name, entry, file)
  if not json.is_object(entry) then damaged(file, 'tensor %s is no object', name) end
  if type(entry.dtype) ~= 'string' then damaged(file, 'bad dtype of tensor %s', name) end
  local type_name = read_types[entry.dtype]
  if not type_name then
    F.raise('%s: tensor %s has elements of type %s, which no tensor has', file, name, entry.dtype)
  end
  check_sizes(entry.shape, nil, file, name, 'shape')
  check_sizes(entry.data_offsets, 2, file, name, 'data_offsets')
  local bytes = arrays.size_of(type_name) * arrays.count(entry.shape)
  local first, last = entry.data_offsets[1], entry.data_offsets[2]
  if last - first ~= bytes then
    damaged(file, 'tensor %s has %g bytes at offsets %d to %d', name, bytes, first, last)
  end
  return {name = name, type = type_name, shape = entry.shape, first = first, last = last}
end

local function before(a, b)
  if a.first ~= b.first then return a.first < b.first end
  if a.last ~= b.last then return a.last < b.last end
  return a.name < b.name
end

-- The entries of a header in the order of their bytes, and the metadata or nil.
local function parse_header(text, file)
  if text:sub(1, 1) ~= '{' then damaged(file, 'its header does not begin with {') end
  local header, message = json.decode(text)
  if not header then damaged(file, 'its header is no valid JSON: %s', message) end
  local metadata = header.__metadata__
  if metadata ~= nil then check_metadata(metadata, file) end
  local entries = {}
  for name, entry in pairs(header) do
    if name ~= '__metadata__' then entries[#entries + 1] = tensor_entry(name, entry, file) end
  end
  table.sort(entries, before)
  local at = 0
  for _, entry in ipairs(entries) do
    if entry.first ~= at then
      damaged(file, 'tensor %s begins at offset %d, expected %d', entry.name, entry.first, at)
    end
    at = entry.last
  end
  return entries, metadata, at
end

local function read_header(port, file)
  local length, place = 0, 1
  local bytes = {arrays.get_text(port, file, 8):byte(1, 8)}
  for i = 1, 8 do
    length = length + bytes[i] * place
    place = place * 256
  end
  local remaining = port:remaining()
  if length > MAX_HEADER or remaining and length > remaining then
    damaged(file, 'a header of %.0f bytes', length)
  end
  local entries, metadata, total = parse_header(arrays.get_text(port, file, length), file)
  if remaining and total ~= remaining - length then
    damaged(file, 'its tensors have %.0f bytes, and %.0f are there', total, remaining - length)
  end
  return entries, metadata
end

--- torch.safetensors.load(file, [names]): the tensors of a file by name, and its metadata, a table
-- of strings (nil where it has none). file: its name, or a torch.File, read from its position to
-- its end. names: the one or the list of those to read. BOOL becomes Byte; U16 and U32 become Int
-- and Long. Raises for elements that no tensor has and for files that are not valid.
function safetensors.load(file, names)
  local what = 'torch.safetensors.load'
  local wanted = arrays.wanted(names, what)
  return arrays.read_from(file, what, function(port, name)
    local entries, metadata = read_header(port, name)
    local stream, tensors = arrays.stream(port, name), {}
    local start, at = wanted and port:tell(), 0
    for _, entry in ipairs(entries) do
      if not wanted or wanted[entry.name] then
        if entry.first ~= at and not port:seek(start + entry.first) then
          F.raise('%s: %s cannot be read in parts', what, name)
        end
        tensors[entry.name] = arrays.read(stream, entry.type, entry.shape)
        at = entry.last
      end
    end
    arrays.check_wanted(wanted, tensors, name, what)
    return tensors, metadata
  end)
end

-- Writing ----------------------------------------------------------------------------------------

local function quote(text, what)
  local quoted, message = json.quote(text)
  if not quoted then F.raise('%s: name or metadata is not UTF-8: %s', what, message) end
  return quoted
end

local function metadata_text(metadata, what)
  if type(metadata) ~= 'table' then F.bad_argument(what, 3, 'a table of strings', metadata) end
  local items = {}
  for key, value in pairs(metadata) do
    if type(key) ~= 'string' or type(value) ~= 'string' then
      F.raise('%s: metadata must be strings by name, got %s at key %s', what, F.describe(value),
        tostring(key))
    end
    items[#items + 1] = quote(key, what) .. ':' .. quote(value, what)
  end
  table.sort(items)
  return '"__metadata__":{' .. table.concat(items, ',') .. '}'
end

-- The 8 bytes of the length, and the header, padded to a multiple of 8.
local function header_text(names, tensors, metadata, what)
  local items, at = {}, 0
  if metadata ~= nil then items[1] = metadata_text(metadata, what) end
  for _, name in ipairs(names) do
    local t = tensors[name]
    local shape = t:size():totable()
    if #shape == 0 then shape = {0} end
    for i = 1, #shape do shape[i] = ('%d'):format(shape[i]) end
    local last = at + t:nElement() * t:elementSize()
    items[#items + 1] = ('%s:{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}'):format(
      quote(name, what), write_types[F.dtype_name[t.dtype]], table.concat(shape, ','), at, last)
    at = last
  end
  local text = '{' .. table.concat(items, ',') .. '}'
  text = text .. (' '):rep(-#text % 8)
  if #text > MAX_HEADER then F.raise('%s: a header of %d bytes is too long', what, #text) end
  local length, n = {}, #text
  for i = 1, 8 do
    length[i] = n % 256
    n = math.floor(n / 256)
  end
  return string.char(unpack(length)) .. text
end

--- torch.safetensors.save(file, tensors, [metadata]): writes a table of tensors by name, as a whole
-- or not at all. metadata: a table of strings by name. file: its name, or a torch.File to write to.
function safetensors.save(file, tensors, metadata)
  local what = 'torch.safetensors.save'
  local names = arrays.names(tensors, what)
  if tensors.__metadata__ then F.raise('%s: a tensor cannot be named __metadata__', what) end
  table.sort(names, function(a, b)
    local x, y = rank[F.dtype_name[tensors[a].dtype]], rank[F.dtype_name[tensors[b].dtype]]
    if x ~= y then return x < y end
    return a < b
  end)
  local header = header_text(names, tensors, metadata, what)
  arrays.write_to(file, what, function(port, name)
    local stream = arrays.stream(port, name)
    arrays.put_text(stream, header)
    for _, key in ipairs(names) do arrays.write(stream, tensors[key]) end
  end)
end

return safetensors
