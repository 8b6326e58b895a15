-- Elements of tensors in array files (npy.lua, npz.lua, safetensors.lua): little endian, row by
-- row. Neither direction holds a second copy of the elements; memory is taken only for elements
-- that the file is long enough to have.

local ffi = require 'ffi'
local binary = require 'torch.filebinary'
local base = require 'torch.filebase'
local class = require 'torch.class'
local elements = require 'torch.fileelements'
local F = require 'torch.ffi'
local parts = require 'torch.serializeparts'
local types = require 'torch.filetypes'

local C = F.C
local arrays = {}

local BLOCK = 2^20 -- bytes of a strided tensor that are copied at a time
local class_of = class.getconstructortable

-- Codec row of a type by name; reals of 16 bits are written as the shorts that have their bits.
local function row_of(name) return types[name] or types.Short end

--- What the functions below read from and write to: a port with the binary codec. big: whether its
-- elements are big endian.
function arrays.stream(port, name, big)
  local swap = ffi.abi(big and 'le' or 'be')
  return {port = port, codec = binary, name = name, swap = swap, long_size = 8}
end

--- Raises "damaged <file>: what is wrong".
function arrays.damaged(name, message, ...)
  F.raise('damaged %s: %s', name, message:format(...))
end

-- Files ----------------------------------------------------------------------------------------

--- Calls f(port, name) on the bytes of `source`, a file name or a torch.File open for reading.
function arrays.read_from(source, what, f)
  if class.isTypeOf(source, 'torch.File') then
    base.check_readable(source, what)
    return f(source.port, source.name)
  elseif type(source) ~= 'string' then
    F.bad_argument(what, 1, 'a file name or a torch.File', source)
  end
  local file = class_of('torch.DiskFile')(source, 'r')
  local ok, a, b = pcall(f, file.port, file.name)
  file:close()
  if not ok then error(a, 0) end
  return a, b
end

--- Calls f(port, name) to write to `target`, a file name or a torch.File open for writing. A file
-- that is named is replaced as a whole or not at all.
function arrays.write_to(target, what, f)
  if class.isTypeOf(target, 'torch.File') then
    base.check_writable(target, what)
    f(target.port, target.name)
  elseif type(target) == 'string' then
    require('torch.replacefile')(target, function(file) f(file.port, file.name) end)
  else
    F.bad_argument(what, 1, 'a file name or a torch.File', target)
  end
end

--- The keys of a table from names to tensors, sorted; raises for anything else.
function arrays.names(tensors, what)
  if type(tensors) ~= 'table' then
    F.bad_argument(what, 2, 'a table of tensors by name', tensors)
  end
  local names = {}
  for name, t in pairs(tensors) do
    if type(name) ~= 'string' or not F.is_tensor(t) or t.device ~= 0 then
      F.raise('%s: expected tensors by name, got %s at key %s', what, F.describe(t), tostring(name))
    end
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- A set of the wanted names: nil for all, a name, or a list of names.
function arrays.wanted(names, what)
  if names == nil then return nil end
  if type(names) == 'string' then names = {names} end
  if type(names) ~= 'table' then F.bad_argument(what, 2, 'a name or a list of names', names) end
  local set = {}
  for k, name in ipairs(names) do
    if type(name) ~= 'string' then
      F.raise('%s: expected names, got %s at position %d', what, F.describe(name), k)
    end
    set[name] = true
  end
  return set
end

--- Raises unless each wanted name is a key of `found`.
function arrays.check_wanted(wanted, found, file, what)
  for name in pairs(wanted or {}) do
    if found[name] == nil then F.raise('%s: %s has no array %s', what, file, tostring(name)) end
  end
end

--- Writes a string.
function arrays.put_text(stream, text)
  parts.put(stream, ffi.cast('const int8_t *', text), #text, types.Char)
end

--- Reads n bytes as a string; raises where there are fewer. n has to be checked or small.
function arrays.get_text(port, name, n)
  local buffer = ffi.new('uint8_t[?]', n)
  local got = port:read(buffer, n)
  if got < n then arrays.damaged(name, 'it ends after %d of %d bytes of its header', got, n) end
  return ffi.string(buffer, n)
end

-- Elements -------------------------------------------------------------------------------------

local function put(stream, t, row)
  if t:isContiguous() then
    return parts.put(stream, row.pointer(t:data()), tonumber(C.lt_numel(t)), row)
  end
  local n = t:size(1)
  local rows = math.floor(BLOCK / (t:nElement() / n * row.size))
  if rows < 1 then
    for i = 1, n do put(stream, t:select(1, i), row) end
    return
  end
  for first = 1, n, rows do
    local block = t:narrow(1, first, math.min(rows, n - first + 1)):clone()
    put(stream, block, row)
  end
end

--- Writes the elements of a tensor in logical order.
function arrays.write(stream, t)
  if t.ndim > 0 then put(stream, t, row_of(F.dtype_name[t.dtype])) end
end

-- Unsigned integers that no tensor type has: read as signed ones of that size, then widened.
local wider = {
  UnsignedShort = {'Short', function(t) return t:int():bitand(0xffff) end},
  UnsignedInt = {'Int', function(t) return t:long():bitand(0xffffffff) end},
  UnsignedLong = {'Long', function(t)
    if t.ndim > 0 and t:min() < 0 then return nil end
    return t
  end},
}

--- Elements of an array of a shape, a double that cannot overflow.
function arrays.count(shape)
  local n = 1
  for i = 1, #shape do
    if shape[i] == 0 then return 0 end
    n = n * shape[i]
  end
  return n
end

--- Reads a tensor. name: Byte, Float, ..., or UnsignedShort, UnsignedInt, UnsignedLong, which
-- become Int and Long; shape: a list of sizes, none for a number (a tensor of one element), a 0 for
-- an empty tensor; columns: whether the first dimension runs fastest.
function arrays.read(stream, name, shape, columns)
  local widen = wider[name]
  local stored = widen and widen[1] or name
  local row = row_of(stored)
  local n = arrays.count(shape)
  if n > 2^53 / 16 then arrays.damaged(stream.name, 'an array of %g elements', n) end
  if n > 0 and #shape > C.LT_MAXDIM then
    F.raise('%s: an array of %d dimensions, where the limit is %d', stream.name, #shape,
      C.LT_MAXDIM)
  end
  local storage = class_of('torch.' .. stored .. 'Storage')()
  local done = elements.fill(stream, storage, n, row)
  if done < n then
    arrays.damaged(stream.name, 'it ends after %d of %d elements of an array', done, n)
  end
  local t = class_of('torch.' .. stored .. 'Tensor')()
  if n > 0 then
    local sizes = class_of('torch.LongStorage')(math.max(#shape, 1)):fill(1)
    for i = 1, #shape do sizes[columns and #shape + 1 - i or i] = shape[i] end
    t:set(storage, 1, sizes)
    if columns and #shape > 1 then
      local order = {}
      for i = 1, #shape do order[i] = #shape + 1 - i end
      t = t:permute(unpack(order))
    end
  end
  if not widen then return t end
  return widen[2](t)
    or F.raise('%s: an array of unsigned 64-bit integers exceeds 2^63 - 1', stream.name)
end

--- Bytes of an element of a type that `arrays.read` knows.
function arrays.size_of(name)
  return row_of(wider[name] and wider[name][1] or name).size
end

return arrays
