-- Memory: how much there is, pinned memory of the host, which GPUs copy from and to while programs
-- go on, and managed memory, which the host and the GPUs share.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local C = require 'cutorch.library'
local construct = require 'torch.construct'
local sizes = require 'torch.sizes'
local torch = require 'torch'

local check, is_tensor, is_storage = F.check, F.is_tensor, F.is_storage
local type, tonumber = type, tonumber

local memory = {}

local bytes, flag = ffi.new 'size_t[2]', ffi.new 'int[1]'

function F.live_elsewhere() return tonumber(C.lt_cuda_mem.live) end

--- Bytes of a GPU (default the current one) that tensors can still get, and all bytes.
function memory.getMemoryUsage(device)
  if device == nil then device = C.lt_cuda_device() end
  if type(device) ~= 'number' then F.bad_argument('getMemoryUsage', 1, 'a GPU', device) end
  check(C.lt_cuda_memory(device, bytes, bytes + 1))
  return tonumber(bytes[0]), tonumber(bytes[1])
end

--- Whether memory of freed tensors is kept for later ones: unless the environment's
-- THC_CACHING_ALLOCATOR is 0.
function memory.isCachingAllocatorEnabled() return C.lt_cuda_keeps_memory() ~= 0 end

--- Whether memory of GPUs counts for when garbage is collected; at first it does.
function memory.setHeapTracking(on)
  if type(on) ~= 'boolean' then F.bad_argument('setHeapTracking', 1, 'a boolean', on) end
  C.lt_cuda_track(on and 1 or 0)
end

-- Pinned and managed memory ----------------------------------------------------------------------

local function allocator(struct)
  return torch.pushudata(ffi.cast('void *', struct), 'torch.Allocator')
end

--- torch.Allocators of pinned and of managed memory, for constructors of storages.
memory.CudaHostAllocator = allocator(C.lt_cuda_pinned)
memory.CudaUVAAllocator = allocator(C.lt_cuda_managed)

-- A tensor of a type and of the sizes in ..., or in a table, on memory of an allocator.
local function make(name, type_name, from, ...)
  if type((...)) == 'table' then return make(name, type_name, from, unpack((...))) end
  local r = torch[type_name .. 'Tensor'](torch[type_name .. 'Storage'](from, 0))
  construct.resize(name, r, sizes.read(name, 1, ...), nil)
  return r
end

-- createCudaHostFloatTensor and its kin: (sizes... | LongStorage | table) -> a tensor in pinned
-- memory.
for name in pairs(F.dtype) do
  local own = 'createCudaHost' .. name .. 'Tensor'
  memory[own] = function(...) return make(own, name, memory.CudaHostAllocator, ...) end
end

--- The same as createCudaHostFloatTensor.
memory.createCudaHostTensor = memory.createCudaHostFloatTensor

--- A FloatTensor in managed memory, of sizes or a LongStorage.
function memory.createFloatUVATensor(...)
  return make('createFloatUVATensor', 'Float', memory.CudaUVAAllocator, ...)
end

-- A tensor of another device with the elements and the memory of x, which is in managed memory.
local function share(name, x, device)
  if not is_tensor(x) or x.dtype ~= F.dtype.Float then
    F.bad_argument(name, 1, 'a FloatTensor or a CudaTensor', x)
  end
  local r = F.tensor(F.dtype.Float, device)
  if x.ndim == 0 then return r end
  local slot = ffi.new('lt_storage *[1]')
  check(C.lt_cuda_share(slot, x.mem, device))
  local storage = F.storage(slot[0])
  check(F.C.lt_set_storage(r, storage.ptr, x.offset, x.ndim, x.sizes, x.strides))
  return r
end

--- A FloatTensor on the managed memory of a CudaTensor; cutorch.synchronize() comes before the host
-- reads what a GPU wrote.
function memory.toFloatUVATensor(x) return share('toFloatUVATensor', x, 0) end

--- A CudaTensor of the current GPU on the managed memory of a FloatTensor.
function memory.toCudaUVATensor(x) return share('toCudaUVATensor', x, C.lt_cuda_device()) end

--- A CudaTensor in managed memory, of sizes or a LongStorage.
function memory.createCudaUVATensor(...)
  return memory.toCudaUVATensor(make('createCudaUVATensor', 'Float', memory.CudaUVAAllocator, ...))
end

--- Whether an address, as a number or an FFI pointer, lies in managed memory.
function memory.isManagedPtr(address)
  if type(address) ~= 'number' and type(address) ~= 'cdata' or is_tensor(address) then
    F.bad_argument('isManagedPtr', 1, 'an address', address)
  end
  if type(address) == 'number' then address = ffi.cast('intptr_t', address) end
  check(C.lt_cuda_is_managed(flag, ffi.cast('void *', address)))
  return flag[0] ~= 0
end

--- Whether the elements of a tensor or a storage are in managed memory.
function memory.isManaged(x)
  local storage = x
  if is_tensor(x) then storage = x:storage() end
  if storage == nil then return false end
  if not is_storage(storage) then F.bad_argument('isManaged', 1, 'a tensor or a storage', x) end
  return memory.isManagedPtr(ffi.cast('void *', storage.ptr.data))
end

return memory
