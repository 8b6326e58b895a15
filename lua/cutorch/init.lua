-- cutorch: tensors on GPUs. torch.CudaTensor holds floats, torch.CudaDoubleTensor and its kin the
-- other types; methods of the CPU's tensors work on them, on the device they live on, where
-- csrc/cuda has the kernel; elsewhere they raise an error that names it.

package.loaded.cutorch = nil -- as in cutorch.library

local F = require 'torch.ffi'
local C = require 'cutorch.library'
local class = require 'torch.class'
local ops = require 'torch.ops'
local print = require 'torch.print'
local storage = require 'torch.storage'
local tensor = require 'torch.tensor'
local torch = require 'torch'

local check, raise = F.check, F.raise

local cutorch = rawget(_G, 'cutorch') or {}
_G.cutorch = cutorch
package.loaded.cutorch = cutorch

--- Whether there are CudaHalfTensors.
cutorch.hasHalf = true

-- Devices ----------------------------------------------------------------------------------------

local function device_number(name, device)
  local count = C.lt_cuda_count()
  if type(device) ~= 'number' or not (device >= 1 and device <= count) then
    raise('%s: expected a GPU from 1 to %d, got %s', name, count, F.describe(device))
  end
  return device
end

--- Number of GPUs.
function cutorch.getDeviceCount() return C.lt_cuda_count() end

--- The GPU on which tensors are made, from 1.
function cutorch.getDevice() return C.lt_cuda_device() end

--- Makes tensors on this GPU from now on.
function cutorch.setDevice(device)
  check(C.lt_cuda_set_device(device_number('setDevice', device)))
end

--- Calls f with a GPU as the current one; returns what f returns.
function cutorch.withDevice(device, f)
  local before = C.lt_cuda_device()
  cutorch.setDevice(device)
  local results = {pcall(f)}
  check(C.lt_cuda_set_device(before))
  if not results[1] then error(results[2], 0) end
  return unpack(results, 2, table.maxn(results))
end

--- Waits for all work of the current GPU.
function cutorch.synchronize() check(C.lt_cuda_synchronize()) end

--- Waits for all work of all GPUs.
function cutorch.synchronizeAll()
  for device = 1, C.lt_cuda_count() do cutorch.withDevice(device, cutorch.synchronize) end
end

--- Free bytes and all bytes of a GPU (default the current one).
function cutorch.getMemoryUsage(device)
  local bytes = require('ffi').new('size_t[2]')
  device = device and device_number('getMemoryUsage', device) or C.lt_cuda_device()
  check(C.lt_cuda_memory(device, bytes, bytes + 1))
  return tonumber(bytes[0]), tonumber(bytes[1])
end

--- A GPU's properties: name, totalGlobalMem, major, minor, multiProcessorCount, warpSize,
-- maxThreadsPerBlock, sharedMemPerBlock, freeGlobalMem.
function cutorch.getDeviceProperties(device)
  local ffi = require 'ffi'
  local p = ffi.new('lt_cuda_device_properties')
  check(C.lt_cuda_properties(device_number('getDeviceProperties', device), p))
  return {
    name = ffi.string(p.name), totalGlobalMem = tonumber(p.total_memory), major = p.major,
    minor = p.minor, multiProcessorCount = p.multiprocessors, warpSize = p.warp_size,
    maxThreadsPerBlock = p.max_threads_per_block,
    sharedMemPerBlock = tonumber(p.shared_memory_per_block),
    freeGlobalMem = (cutorch.getMemoryUsage(device)),
  }
end

function F.live_elsewhere() return tonumber(C.lt_cuda_mem.live) end

-- Types ------------------------------------------------------------------------------------------

local function current() return C.lt_cuda_device() end

for name, dtype in pairs(F.dtype) do
  local stem = name == 'Float' and 'Cuda' or 'Cuda' .. name
  local type_name = 'torch.' .. stem .. 'Tensor'
  storage.declare('torch.' .. stem .. 'Storage', 1, dtype, current).__tostring__ = print.storage
  tensor.declare(type_name, 1, dtype, current).__tostring__ = print.tensor
  torch[stem .. 'Tensor'] = class.getconstructortable(type_name)
  torch[stem .. 'Storage'] = class.getconstructortable('torch.' .. stem .. 'Storage')
  local method = name == 'Float' and 'cuda' or 'cuda' .. name
  ops.op(method, 'custom', {doc = 'converted to ' .. stem .. 'Tensor', usage = '(x)',
    method = function(self)
      if not F.is_tensor(self) then F.bad_argument(method, 1, 'a tensor', self) end
      return self:type(type_name)
    end})
end
for _, kinds in pairs(F.classes) do
  for _, mt in pairs(kinds) do
    for name, method in pairs(ops.methods) do mt[name] = method end
  end
end

return cutorch
