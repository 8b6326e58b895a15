-- The GPUs: which one tensors are made on, what they are, and which reach the memory of which.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local C = require 'cutorch.library'

local check, raise, type = F.check, F.raise, type

local device = {}

local int = ffi.new 'int[2]'

--- The number of a GPU that a user gave as argument n of a function, or an error.
local function number(name, n, value)
  local count = C.lt_cuda_count()
  if type(value) ~= 'number' or not (value >= 1 and value <= count) then
    raise('%s: expected a GPU from 1 to %d as argument %d, got %s', name, count, n,
      F.describe(value))
  end
  return value
end

--- Number of GPUs.
function device.getDeviceCount() return C.lt_cuda_count() end

--- The GPU on which tensors are made, from 1.
function device.getDevice() return C.lt_cuda_device() end

--- Makes tensors on this GPU from now on.
function device.setDevice(value)
  check(C.lt_cuda_set_device(number('setDevice', 1, value)))
end

--- Calls f with a GPU as the current one; returns what f returns.
function device.withDevice(value, f)
  number('withDevice', 1, value)
  if type(f) ~= 'function' then F.bad_argument('withDevice', 2, 'a function', f) end
  local before = C.lt_cuda_device()
  check(C.lt_cuda_set_device(value))
  local results = {pcall(f)}
  check(C.lt_cuda_set_device(before))
  if not results[1] then error(results[2], 0) end
  return unpack(results, 2, table.maxn(results))
end

--- Waits for all work of the current GPU.
function device.synchronize() check(C.lt_cuda_synchronize()) end

--- Waits for all work of all GPUs.
function device.synchronizeAll()
  for value = 1, C.lt_cuda_count() do device.withDevice(value, device.synchronize) end
end

--- Gives all that the current GPU holds back to the system. Fails while tensors of it, pinned
-- memory or events are alive.
function device.deviceReset()
  collectgarbage()
  collectgarbage()
  local nccl = package.loaded['cunn.nccl']
  if nccl then nccl.close() end
  check(C.lt_cuda_reset())
end

--- A GPU's properties: name, totalGlobalMem, freeGlobalMem, major, minor, multiProcessorCount,
-- warpSize, maxThreadsPerBlock, sharedMemPerBlock, regsPerBlock, totalConstMem, memPitch,
-- integrated, canMapHostMemory, pciBusID, pciDeviceID.
function device.getDeviceProperties(value)
  local p, bytes = ffi.new('lt_cuda_device_properties'), ffi.new('size_t[2]')
  check(C.lt_cuda_properties(number('getDeviceProperties', 1, value), p))
  check(C.lt_cuda_memory(value, bytes, bytes + 1))
  return {
    name = ffi.string(p.name), totalGlobalMem = tonumber(p.total_memory), major = p.major,
    freeGlobalMem = tonumber(bytes[0]), minor = p.minor, multiProcessorCount = p.multiprocessors,
    warpSize = p.warp_size, maxThreadsPerBlock = p.max_threads_per_block,
    sharedMemPerBlock = tonumber(p.shared_memory_per_block), regsPerBlock = p.registers_per_block,
    totalConstMem = tonumber(p.constant_memory), memPitch = tonumber(p.pitch),
    integrated = p.integrated, canMapHostMemory = p.maps_host_memory, pciBusID = p.bus,
    pciDeviceID = p.slot,
  }
end

--- Version of the CUDA runtime, as 12040 for 12.4.
function device.getRuntimeVersion()
  check(C.lt_cuda_versions(int, int + 1))
  return int[0]
end

--- The newest version of CUDA that the driver supports.
function device.getDriverVersion()
  check(C.lt_cuda_versions(int, int + 1))
  return int[1]
end

-- Whether the current GPU's capability is at least major.minor.
local function capable(major, minor)
  local p = ffi.new('lt_cuda_device_properties')
  check(C.lt_cuda_properties(C.lt_cuda_device(), p))
  return p.major > major or p.major == major and p.minor >= minor, p
end

--- Whether the current GPU computes with numbers of 16 bits.
function device.hasHalfInstructions() return (capable(5, 3)) end

--- Whether it does so at twice the speed of floats.
function device.hasFastHalfInstructions()
  local has, p = capable(5, 3)
  return has and not (p.major == 6 and p.minor == 1)
end

--- Whether copies let GPU `value` reach the memory of GPU `peer` directly: at first wherever the
-- hardware can.
function device.getPeerToPeerAccess(value, peer)
  number('getPeerToPeerAccess', 1, value)
  check(C.lt_cuda_peer_access(int, value, number('getPeerToPeerAccess', 2, peer)))
  return int[0] ~= 0
end

--- Allows such copies or sends them through the CPU's memory. An error where the hardware cannot.
function device.setPeerToPeerAccess(value, peer, on)
  number('setPeerToPeerAccess', 1, value)
  number('setPeerToPeerAccess', 2, peer)
  if type(on) ~= 'boolean' then F.bad_argument('setPeerToPeerAccess', 3, 'a boolean', on) end
  check(C.lt_cuda_set_peer_access(value, peer, on and 1 or 0))
end

--- Whether functions take tensors of several GPUs at once.
function device.getKernelPeerToPeerAccess() return C.lt_cuda_kernel_peer_access() ~= 0 end

--- Lets them do so, or not, as at first: kernels of one GPU then use memory of another, where the
-- hardware can.
function device.setKernelPeerToPeerAccess(on)
  if type(on) ~= 'boolean' then
    F.bad_argument('setKernelPeerToPeerAccess', 1, 'a boolean', on)
  end
  C.lt_cuda_set_kernel_peer_access(on and 1 or 0)
end

--- An opaque pointer, one for the whole process.
function device.getState() return ffi.cast('void *', C.lt_cuda_mem) end

return device
