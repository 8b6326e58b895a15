-- cutorch: tensors on GPUs. torch.CudaTensor holds floats, torch.CudaDoubleTensor and its kin the
-- other types; methods of the CPU's tensors work on them, on the device they live on, where
-- csrc/cuda has the kernel; elsewhere they raise an error that names it.

package.loaded.cutorch = nil -- as in cutorch.library

local torch = require 'torch' -- before its parts
local F = require 'torch.ffi'
local C = require 'cutorch.library'
local class = require 'torch.class'
local copies = require 'cutorch.copy'
local ops = require 'torch.ops'
local pointers = require 'torch.pointers'
local print = require 'torch.print'
local serialize = require 'torch.serializetensor'
local storage = require 'torch.storage'
local tensor = require 'torch.tensor'

local cutorch = rawget(_G, 'cutorch') or {}
_G.cutorch = cutorch
package.loaded.cutorch = cutorch

for _, part in ipairs {'device', 'graph', 'memory', 'random', 'stream'} do
  for name, f in pairs(require('cutorch.' .. part)) do cutorch[name] = f end
end

-- Types ------------------------------------------------------------------------------------------

local function current() return C.lt_cuda_device() end
-- An empty tensor is on no GPU yet: it gets memory on the one that is current then.
local function any() return F.C.LT_ANY_GPU end

for name, dtype in pairs(F.dtype) do
  local stem = name == 'Float' and 'Cuda' or 'Cuda' .. name
  local type_name = 'torch.' .. stem .. 'Tensor'
  storage.declare('torch.' .. stem .. 'Storage', 1, dtype, current).__tostring__ = print.storage
  tensor.declare(type_name, 1, dtype, any).__tostring__ = print.tensor
  torch[stem .. 'Tensor'] = class.getconstructortable(type_name)
  torch[stem .. 'Storage'] = class.getconstructortable('torch.' .. stem .. 'Storage')
  serialize(stem, name)
  pointers.declare(stem, 1, dtype)
  local method = name == 'Float' and 'cuda' or 'cuda' .. name
  ops.op(method, 'custom', {doc = 'converted to ' .. stem .. 'Tensor', usage = '(x)',
    method = function(self)
      if not F.is_tensor(self) then F.bad_argument(method, 1, 'a tensor', self) end
      return self:type(type_name)
    end})
end
ops.op('copyAsync', 'custom', {doc = 'a copy that does not wait for GPUs where it can',
  usage = '(x)', method = copies.async})
ops.op('getDevice', 'custom', {
  doc = 'the GPU that holds the elements, 0 for a tensor that never had any', usage = '()',
  method = function(self)
    if not F.is_tensor(self) or self.device == 0 then
      F.bad_argument('getDevice', 1, 'a tensor on a GPU', self)
    end
    return self.mem == nil and 0 or self.device
  end})
for _, mt in pairs(F.storage_classes[1]) do
  mt.getDevice = function(self) return self.ptr.device end
end
-- Functions that are methods too for tensors on GPUs, and methods that are functions.
for _, name in ipairs {'eig', 'gels', 'gesv', 'inverse', 'potrf', 'potri', 'potrs', 'qr', 'svd',
  'symeig'} do
  for _, mt in pairs(F.classes[1]) do mt[name] = torch[name] end
end
for _, name in ipairs {'maskedCopy', 'maskedFill', 'maskedSelect'} do
  torch[name] = torch[name] or ops.methods[name]
end
for _, kinds in pairs(F.classes) do
  for _, mt in pairs(kinds) do
    for name, method in pairs(ops.methods) do mt[name] = method end
  end
end

--- Whether there are CudaHalfTensors.
cutorch.hasHalf = true

--- cutorch.test([names]): compares results on the GPU with the CPU's, as torch.test does for the
-- CPU. Prints a report and returns 0; raises an error where one differs.
function cutorch.test(names) return require 'cutorch.selftest' (names) end

return cutorch
