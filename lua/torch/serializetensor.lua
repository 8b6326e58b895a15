-- How tensors and storages are stored in object graphs: a storage as its size and elements, a
-- tensor as its sizes, strides, offset and storage. Installs the read and write methods.

local ffi = require 'ffi'
local ascii = require 'torch.fileascii'
local class = require 'torch.class'
local elements = require 'torch.fileelements'
local F = require 'torch.ffi'
local parts = require 'torch.serializeparts'
local types = require 'torch.filetypes'

local MAX_DIMENSIONS = F.C.LT_MAXDIM
local sizes = ffi.new('int64_t[?]', MAX_DIMENSIONS)
local strides = ffi.new('int64_t[?]', MAX_DIMENSIONS)
local one = ffi.new('int64_t[1]')
local damaged = parts.damaged

-- Row of the bits of a type that files have no row for (the reals of 16 bits).
local function row_of(name)
  return types[name] or types.Short
end

-- 16-bit reals are their bits in binary files, and text as of floats in ASCII ones.
local function is_converted(file, name)
  return not types[name] and file.codec == ascii
end

-- A storage of a type in CPU memory.
local function host_storage(name, n)
  return class.getconstructortable('torch.' .. name .. 'Storage')(n)
end

local function write_storage(self, file, name)
  local n = tonumber(self.ptr.size)
  one[0] = n
  parts.put_longs(file, one, 1)
  local source, row = self, row_of(name)
  if is_converted(file, name) then
    source, row = host_storage('Float', n):copy(self), types.Float
  elseif self.ptr.device ~= 0 then
    source = host_storage(name, n):copy(self)
  end
  parts.put(file, row.pointer(source.ptr.data), n, row)
end

local function read_storage(self, file, name)
  parts.get_sizes(file, one, 1, 0)
  local n = tonumber(one[0])
  local target, row = self, row_of(name)
  if is_converted(file, name) then
    target, row = host_storage('Float', 0), types.Float
  elseif self.ptr.device ~= 0 then
    target = host_storage(name, 0)
  end
  local done = elements.fill(file, target, n, row)
  if done < n then
    damaged(file, 'it ends after %d of %d elements of a %sStorage', done, n, name)
  end
  if target ~= self then self:resize(n):copy(target) end
end

local function write_tensor(self, file)
  parts.put_int(file, self.ndim)
  parts.put_longs(file, self.sizes, self.ndim)
  parts.put_longs(file, self.strides, self.ndim)
  one[0] = self.offset + 1
  parts.put_longs(file, one, 1)
  file:writeObject(self:storage())
end

-- Last element, from 1, of a tensor whose first one is `first`, and how many elements it has. The
-- numbers are doubles, in which no product of sizes that a file may give overflows.
local function extent(first, n)
  local last, count = first, 1
  for d = 0, n - 1 do
    last = last + (tonumber(sizes[d]) - 1) * tonumber(strides[d])
    count = count * tonumber(sizes[d])
  end
  return last, count
end

local function read_tensor(self, file, stem)
  local n = parts.get_int(file)
  if n < 0 or n > MAX_DIMENSIONS then
    damaged(file, 'a tensor of %d dimensions, where the limit is %d', n, MAX_DIMENSIONS)
  end
  parts.get_sizes(file, sizes, n, 1)
  parts.get_sizes(file, strides, n, 0)
  parts.get_sizes(file, one, 1, 1)
  local first = tonumber(one[0])
  local last, count = extent(first, n)
  if count > 2^53 then damaged(file, 'a tensor of %g elements', count) end
  local shape, steps = {}, {}
  for d = 1, n do shape[d], steps[d] = tonumber(sizes[d - 1]), tonumber(strides[d - 1]) end
  local storage = file:readObject()
  if storage == nil and n == 0 then return end
  if class.typename(storage) ~= 'torch.' .. stem .. 'Storage' then
    damaged(file, 'a %sTensor on %s', stem, F.describe(storage))
  end
  local available = tonumber(storage.ptr.size)
  if last > math.max(available, n == 0 and 1 or 0) then
    damaged(file, 'a tensor that ends at element %g of a storage of %g', last, available)
  end
  for d = 1, n do sizes[d - 1], strides[d - 1] = shape[d], steps[d] end -- readObject used them
  F.check(F.C.lt_set_storage(self, storage.ptr, first - 1, n, sizes, strides))
end

local function check(name, self, kind, file)
  if class.typename(self) ~= 'torch.' .. kind then F.bad_argument(name, 1, 'a ' .. kind, self) end
  if type(file) ~= 'table' or not file.codec then F.bad_argument(name, 2, 'a torch.File', file) end
end

--- Gives the classes torch.<stem>Tensor and torch.<stem>Storage, of elements of a type, the methods
-- of files. Their layout in files is that of the CPU's types.
local function install(stem, name)
  local storage_kind, tensor_kind = stem .. 'Storage', stem .. 'Tensor'
  local storage = class.getmetatable('torch.' .. storage_kind)
  local tensor = class.getmetatable('torch.' .. tensor_kind)

  --- Writes the size and the elements.
  function storage:write(file)
    check('write', self, storage_kind, file)
    write_storage(self, file, name)
  end
  --- Reads what write wrote; takes its size.
  function storage:read(file)
    check('read', self, storage_kind, file)
    read_storage(self, file, name)
  end
  --- Writes sizes, strides and offset, and the storage as an object.
  function tensor:write(file)
    check('write', self, tensor_kind, file)
    write_tensor(self, file)
  end
  --- Reads what write wrote.
  function tensor:read(file)
    check('read', self, tensor_kind, file)
    read_tensor(self, file, stem)
  end
end

for _, name in pairs(F.dtype_name) do install(name, name) end

return install
