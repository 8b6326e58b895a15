-- Storages: torch.FloatStorage and its kin, the flat memory behind tensors.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local element = require 'torch.element'
local registry = require 'torch.classregistry'
local sizes = require 'torch.sizes'

local C, check, retry, raise, bad, is_storage =
  F.C, F.check, F.retry, F.raise, F.bad_argument, F.is_storage
local type, tonumber = type, tonumber
local get, put = element.get, element.put

local methods = {}
local slot = ffi.new('lt_storage *[1]')
local allocator_t = ffi.typeof('lt_allocator')

-- An argument of a constructor.
local function integer(dtype, n, v)
  return sizes.integer(F.dtype_name[dtype] .. 'Storage', n, v)
end

local function adopt(dtype, rc)
  if rc ~= 0 then F.check_as(F.dtype_name[dtype] .. 'Storage', rc) end
  return F.storage(slot[0])
end

local function allocate(dtype, n, device)
  local rc = C.lt_storage_new(slot, dtype, device or 0, n)
  if rc ~= 0 and retry(rc) then rc = C.lt_storage_new(slot, dtype, device or 0, n) end
  return adopt(dtype, rc)
end

local function copied(s, device)
  local r = allocate(s.ptr.dtype, s.ptr.size, device)
  check(C.lt_storage_copy(r.ptr, s.ptr))
  return r
end

-- s itself, or a copy in CPU memory of a storage of another device.
local function on_cpu(s)
  return s.ptr.device == 0 and s or copied(s, 0)
end

local function read(s, i)
  if s.ptr.device == 0 then return get[s.ptr.dtype](s.ptr.data, i) end
  check(C.lt_storage_get(F.out, s.ptr, i))
  return F.out[0]
end

local function fill_from(s, values)
  local dtype, data = s.ptr.dtype, s.ptr.data
  local write = put[dtype]
  for i = 1, #values do
    local v = values[i]
    if type(v) ~= 'number' then
      raise('%sStorage: expected a number at position %d of the table, got %s',
        F.dtype_name[dtype], i, F.describe(v))
    end
    write(data, i - 1, v)
  end
  return s
end

local function view_of(dtype, device, parent, first, n)
  if parent.ptr.dtype ~= dtype or parent.ptr.device ~= device then
    raise('%sStorage: cannot view %s', F.dtype_name[dtype], F.describe(parent))
  end
  first = integer(dtype, 2, first == nil and 1 or first) - 1
  n = n == nil and tonumber(parent.ptr.size) - first or integer(dtype, 3, n)
  return adopt(dtype, C.lt_storage_view(slot, parent.ptr, first, n))
end

-- A storage over a file, or with `memory` over a shared memory object.
local function map(dtype, path, shared, n, memory)
  n = integer(dtype, 3, n or 0)
  local flags = (shared and C.LT_MAP_SHARED or 0) + (memory and C.LT_MAP_MEMORY or 0)
  return adopt(dtype, C.lt_storage_map(slot, dtype, path, flags, n))
end

local function from_allocator(dtype, allocator, what)
  local n = what or 0
  if type(what) == 'table' then n = #what end
  if type(n) ~= 'number' then
    bad(F.dtype_name[dtype] .. 'Storage', 2, 'a size or a table', what)
  end
  n = integer(dtype, 2, n)
  local s = adopt(dtype, C.lt_storage_allocate(slot, dtype, allocator, n))
  return type(what) == 'table' and fill_from(s, what) or s
end

-- The forms of a storage constructor on another device than the CPU.
local function construct_there(dtype, device, a, b, c)
  if a == nil then return allocate(dtype, 0, device) end
  if type(a) == 'number' then return allocate(dtype, sizes.integer('Storage', 1, a), device) end
  if type(a) == 'table' then return copied(fill_from(allocate(dtype, #a), a), device) end
  if is_storage(a) then return view_of(dtype, device, a, b, c) end
  bad(F.dtype_name[dtype] .. 'Storage', 1, 'a size, a table or a storage', a)
end

-- The forms of a storage constructor.
local function construct(dtype, device, a, b, c, d)
  if device ~= 0 then return construct_there(dtype, device, a, b, c) end
  if a == nil then return allocate(dtype, 0) end
  if type(a) == 'number' then
    integer(dtype, 1, a)
    if b ~= nil then -- size and address of memory that the caller keeps alive
      if type(b) ~= 'number' and type(b) ~= 'cdata' or is_storage(b) or F.is_tensor(b) then
        bad(F.dtype_name[dtype] .. 'Storage', 2, 'an address', b)
      end
      if type(b) == 'number' and not registry.is_address(b) then
        raise('%sStorage: %s is no address', F.dtype_name[dtype], b)
      end
      return adopt(dtype, C.lt_storage_borrow(slot, dtype, ffi.cast('void *', b), a))
    end
    return allocate(dtype, a)
  elseif type(a) == 'table' then
    return fill_from(allocate(dtype, #a), a)
  elseif type(a) == 'string' then
    return map(dtype, a, b, c, d)
  elseif is_storage(a) then
    return view_of(dtype, device, a, b, c)
  elseif ffi.istype(allocator_t, a) then
    return from_allocator(dtype, a, b)
  end
  bad(F.dtype_name[dtype] .. 'Storage', 1, 'a size, a table, a storage or a file name', a)
end

local function check_self(name, s)
  if not is_storage(s) then bad(name, 1, 'a storage', s) end
end

--- Number of elements.
function methods.size(self)
  check_self('size', self)
  return tonumber(self.ptr.size)
end

--- Changes the number of elements, keeping the first ones.
function methods.resize(self, n)
  check_self('resize', self)
  n = sizes.integer('resize', 2, n)
  local rc = C.lt_storage_resize(self.ptr, n)
  if rc ~= 0 and retry(rc) then rc = C.lt_storage_resize(self.ptr, n) end
  F.check_as('resize', rc)
  return self
end

--- Sets every element to v.
function methods.fill(self, v)
  check_self('fill', self)
  if type(v) ~= 'number' then bad('fill', 2, 'a number', v) end
  check(C.lt_storage_fill(self.ptr, v))
  return self
end

--- Copies the elements of a storage of any type and equal size.
function methods.copy(self, other)
  check_self('copy', self)
  if not is_storage(other) then bad('copy', 2, 'a storage', other) end
  check(C.lt_storage_copy(self.ptr, other.ptr))
  return self
end

--- A storage of the same type; same forms as the constructor.
function methods.new(self, ...)
  check_self('new', self)
  return construct(self.ptr.dtype, self.ptr.device, ...)
end

--- The elements as a Lua table.
function methods.totable(self)
  check_self('totable', self)
  local host, out = on_cpu(self), {}
  for i = 1, tonumber(self.ptr.size) do out[i] = read(host, i - 1) end
  return out
end

--- FFI pointer to the first element, or with as_number its address as an intptr_t; valid while the
-- storage lives and is not resized.
function methods.data(self, as_number)
  check_self('data', self)
  local first = ffi.cast(element.pointer[self.ptr.dtype], self.ptr.data)
  return element.pointer_or_address(first, as_number)
end

--- FFI pointer to the C object, or with as_number its address as an intptr_t.
function methods.cdata(self, as_number)
  check_self('cdata', self)
  return element.pointer_or_address(self.ptr, as_number)
end

local function address(s) return tonumber(ffi.cast('intptr_t', s.ptr)) end

local function string_method(self, s)
  check_self('string', self)
  if self.ptr.device ~= 0 then bad('string', 1, 'a storage in CPU memory', self) end
  if s == nil then return ffi.string(self.ptr.data, self.ptr.size) end
  if type(s) ~= 'string' then bad('string', 2, 'a string', s) end
  local rc = C.lt_storage_resize(self.ptr, #s)
  if rc ~= 0 and retry(rc) then rc = C.lt_storage_resize(self.ptr, #s) end
  F.check_as('string', rc)
  ffi.copy(self.ptr.data, s, #s)
  return self
end

local classes = F.storage_classes

local function class_of(s)
  local kind = s.ptr.device == 0 and 0 or 1
  return classes[kind][s.ptr.dtype]
end

local function check_index(s, key)
  local i = type(key) == 'number' and key or tonumber(key)
  if i == nil or not (i >= 1 and i < tonumber(s.ptr.size) + 1) then
    raise('%s: index %s out of range 1 to %d', class_of(s).__typename, tostring(key),
      tonumber(s.ptr.size))
  end
  return i - i % 1
end

ffi.metatype(F.storage_t, {
  __gc = function(s) C.lt_storage_release(s.ptr) end,
  __index = function(s, key)
    if type(key) == 'number' then
      return read(s, check_index(s, key) - 1)
    end
    -- the struct's field comes here only from its FFI type, which ffi.istype takes for a storage
    if key == 'ptr' then raise('an FFI type is not a storage') end
    local value = class_of(s)[key]
    if value == nil and tonumber(key) then
      return read(s, check_index(s, key) - 1)
    end
    return value
  end,
  __newindex = function(s, key, value)
    local i = check_index(s, key)
    if type(value) ~= 'number' then raise('storage element %d: expected a number, got %s', i,
      F.describe(value)) end
    if s.ptr.device ~= 0 then return check(C.lt_storage_put(s.ptr, i - 1, value)) end
    put[s.ptr.dtype](s.ptr.data, i - 1, value)
  end,
  __len = function(s) return tonumber(s.ptr.size) end,
  __eq = function(a, b)
    return is_storage(a) and is_storage(b) and a.ptr == b.ptr
  end,
  __tostring = function(s)
    local f = class_of(s).__tostring__
    return f(s)
  end,
})
class.register_cdata(F.storage_t, class_of, address)

local storage = {allocate = allocate, methods = methods}

--- Declares the class of one dtype on one kind of device (0: CPU, 1: CUDA) under `name`; device()
-- gives the number of the device that new storages live on.
function storage.declare(name, kind, dtype, device)
  local function new(...) return construct(dtype, device(), ...) end
  local function factory() return allocate(dtype, 0, device()) end
  local mt = class.newmetatable(name, nil, new, nil, factory)
  for key, method in pairs(methods) do mt[key] = method end
  local bytes = tonumber(C.lt_dtype_size(dtype))
  --- Bytes of one element; needs no storage: torch.FloatStorage.elementSize().
  function mt.elementSize(self)
    if self ~= nil then check_self('elementSize', self) end
    return bytes
  end
  classes[kind][dtype] = mt
  return mt
end

local function cpu() return 0 end

for name, dtype in pairs(F.dtype) do
  local mt = storage.declare('torch.' .. name .. 'Storage', 0, dtype, cpu)
  if name == 'Byte' or name == 'Char' then mt.string = string_method end
end

return storage
