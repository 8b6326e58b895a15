-- cutorch: tensors on GPUs. There are no kernels for them yet, so requiring it raises an error that
-- says what is missing; programs that try it with pcall go on with the CPU.

local ffi = require 'ffi'

ffi.cdef [[
int cuInit(unsigned int flags);
int cuDeviceGetCount(int *count);
]]

-- What this machine lacks for cutorch.
local function obstacle()
  local loaded, driver = pcall(ffi.load, 'libcuda.so.1')
  if not loaded then return 'no CUDA device: the driver, libcuda.so.1, was not found' end
  local status, count = driver.cuInit(0), ffi.new('int[1]')
  if status ~= 0 or driver.cuDeviceGetCount(count) ~= 0 or count[0] == 0 then
    return ('no CUDA device was found (cuInit gave %d)'):format(status)
  elseif not package.searchpath('libluatorch_cuda', package.cpath) then
    return 'the library libluatorch_cuda.so is not there; make cuda builds it'
  end
  return 'the CUDA library has no kernels yet'
end

package.loaded.cutorch = nil -- a second try gives the same answer
error('cutorch: ' .. obstacle(), 0)
