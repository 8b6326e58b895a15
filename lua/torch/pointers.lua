-- Addresses and references: torch.data, torch.cdata, retain and free, objects made of pointers, and
-- torch.Allocator. Loaded before the tensor classes are declared.

local ffi = require 'ffi'
local class = require 'torch.class'
local F = require 'torch.ffi'
local ops = require 'torch.ops'

local C, bad, is_tensor, is_storage = F.C, F.bad_argument, F.is_tensor, F.is_storage
local op = ops.op

local pointers = {}

-- Functions for tensors and storages, by a method of both.
local function through_method(name)
  pointers[name] = function(object, as_number)
    if not is_tensor(object) and not is_storage(object) then
      bad('torch.' .. name, 1, 'a tensor or a storage', object)
    end
    return object[name](object, as_number)
  end
end

--- torch.data(object, [asnumber]): FFI pointer to the first element of a tensor or a storage; with
-- asnumber its address, an intptr_t. Valid while the object lives and is not resized.
through_method 'data'
--- torch.cdata(object, [asnumber]): FFI pointer to the C struct of a tensor or a storage.
through_method 'cdata'

-- References -----------------------------------------------------------------------------------

-- What retain() holds, by address: {object, number of references}. An object in it cannot go away.
local held = {}

local function hold(object)
  local key = class.address(object)
  held[key] = held[key] or {object, 0}
  held[key][2] = held[key][2] + 1
end

-- Takes back one reference; returns false where there is none.
local function let_go(object)
  local key = class.address(object)
  local entry = held[key]
  if not entry then return false end
  entry[2] = entry[2] - 1
  if entry[2] == 0 then held[key] = nil end
  return true
end

-- Keeps the storage alive until free() is called as often; for handing its pointer on.
local function retain_storage(self)
  if not is_storage(self) then bad('retain', 1, 'a storage', self) end
  hold(self)
end

-- Takes back what retain() did.
local function free_storage(self)
  if not is_storage(self) then bad('free', 1, 'a storage', self) end
  if not let_go(self) then F.raise('free: the storage has no reference from retain()') end
end

op('retain', 'custom', {doc = 'keeps the tensor alive until free() is called as often',
  usage = '(x)', method = function(self)
    if not is_tensor(self) then bad('retain', 1, 'a tensor', self) end
    hold(self)
  end})
op('free', 'custom', {doc = 'takes back what retain() did; without that, releases the memory at '
  .. 'once and leaves the tensor empty', usage = '(x)', method = function(self)
    if not is_tensor(self) then bad('free', 1, 'a tensor', self) end
    if not let_go(self) then C.lt_tensor_release(self) end
  end})

-- Objects of pointers --------------------------------------------------------------------------

local function check_pointer(pointer, kind, dtype, found, name)
  if pointer == nil then F.raise('torch.pushudata: a NULL pointer for a %s', name) end
  if found.dtype ~= dtype or (found.device == 0) ~= (kind == 0) then
    F.raise('torch.pushudata: the pointer is to another type than %s', name)
  end
end

--- Gives torch.<stem>Storage, of a kind of devices (0: CPU, 1: CUDA) and a dtype, retain and free,
-- and torch.pushudata(pointer, name) its meaning: for storages a handle with a reference of its own
-- to the C storage, for tensors a new view of all of the C tensor.
function pointers.declare(stem, kind, dtype)
  local storage_name, tensor_name = 'torch.' .. stem .. 'Storage', 'torch.' .. stem .. 'Tensor'
  local mt = class.getmetatable(storage_name)
  mt.retain, mt.free = retain_storage, free_storage
  mt.__frompointer = function(pointer)
    local p = ffi.cast('lt_storage *', pointer)
    check_pointer(pointer, kind, dtype, p, storage_name)
    C.lt_storage_retain(p)
    return F.storage(p)
  end
  class.getmetatable(tensor_name).__frompointer = function(pointer)
    local p = ffi.cast('lt_tensor *', pointer)
    check_pointer(pointer, kind, dtype, p, tensor_name)
    local t = F.tensor(dtype, p.device)
    F.check(C.lt_set(t, p))
    return t
  end
end

--- Does so for the types of the CPU.
function pointers.install()
  for name, dtype in pairs(F.dtype) do pointers.declare(name, 0, dtype) end
end

-- Allocators -----------------------------------------------------------------------------------

--- torch.Allocator: where a storage gets its memory from, the first argument of its constructor.
-- Packages make one of a C struct lt_allocator (allocate, reallocate or NULL, release, context):
-- torch.pushudata(pointer, 'torch.Allocator'), which copies the struct. Its functions may be called
-- by any thread at any time, so they must be C functions and no FFI callbacks.
local Allocator = class.newmetatable('torch.Allocator')
class.metatype('torch.Allocator', 'lt_allocator')
function Allocator.__frompointer(pointer)
  if pointer == nil then F.raise('torch.pushudata: a NULL pointer for a torch.Allocator') end
  return ffi.new('lt_allocator', ffi.cast('lt_allocator *', pointer)[0])
end

return pointers
