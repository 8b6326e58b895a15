-- The door to libluatorch_cuda.so: loads it, or says why it cannot be loaded.

package.loaded['cutorch.library'] = nil -- until all is well: a second try gives the same answer

local ffi = require 'ffi'
local F = require 'torch.ffi'

ffi.cdef [[
int cuInit(unsigned int flags);
int cuDeviceGetCount(int *count);
]]

-- What stands between this machine and its GPUs, once the library is there and finds none.
local function obstacle()
  local loaded, driver = pcall(ffi.load, 'libcuda.so.1')
  if not loaded then return 'no CUDA device: the driver, libcuda.so.1, was not found' end
  local status, count = driver.cuInit(0), ffi.new('int[1]')
  if status ~= 0 or driver.cuDeviceGetCount(count) ~= 0 or count[0] == 0 then
    return ('no CUDA device was found (cuInit gave %d)'):format(status)
  end
  return 'the driver is older than the CUDA runtime that libluatorch_cuda.so was built with'
end

local path = package.searchpath('libluatorch_cuda', package.cpath)
if not path then
  local lacking = 'the library libluatorch_cuda.so is not there; make cuda builds it'
  local reason = obstacle()
  error('cutorch: ' .. (reason:find('^no CUDA') and reason or lacking), 0)
end

local cdef = require 'cutorch.cdef'
if not F.cuda_declared then
  ffi.cdef(cdef.text)
  F.cuda_declared = true
end
local loaded, library = pcall(ffi.load, path)
if not loaded then error('cutorch: ' .. library, 0) end
if ffi.string(library.lt_cuda_cdef_hash()) ~= cdef.hash then
  error('cutorch: libluatorch_cuda.so and its Lua files are of different builds; run make cuda', 0)
end
if library.lt_cuda_count() == 0 then error('cutorch: ' .. obstacle(), 0) end

return library
