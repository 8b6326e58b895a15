-- cudnn: layers with the names, arguments and fields of Torch7's package of that name, computed by
-- luatorch's own kernels, and the conversion of models from nn and back. Without a GPU it raises
-- cutorch's error, which says why.

package.loaded.cudnn = nil -- a second try gives the same answer

local cutorch = require 'cutorch'
local F = require 'torch.ffi'
local convert = require 'cudnn.convert'

local cudnn = require 'cudnn.classes'
_G.cudnn = cudnn
package.loaded.cudnn = cudnn

--- Preferences of algorithms, for programs that set them: the kernels choose for themselves.
cudnn.benchmark, cudnn.fastest, cudnn.verbose, cudnn.useFindEx = false, false, false, false
cudnn.initialWorkspaceBytes, cudnn.reservedGPUBytes = 1024, 1024 * 1024
cudnn.maxWorkspaceGPUMemPercent = 95

--- The version of cuDNN whose layers these have the names of, for programs that ask whether it is
-- new enough. The library itself is not used.
cudnn.version = 7000

cudnn.convert = convert.convert

--- Types of tensors that layers take, with cuDNN's names of their elements.
cudnn.typemap = {
  ['torch.CudaHalfTensor'] = 'CUDNN_DATA_HALF', ['torch.CudaTensor'] = 'CUDNN_DATA_FLOAT',
  ['torch.CudaDoubleTensor'] = 'CUDNN_DATA_DOUBLE',
}

local bytes = {CUDNN_DATA_HALF = 2, CUDNN_DATA_FLOAT = 4, CUDNN_DATA_DOUBLE = 8}

--- Bytes of an element of a tensor.
function cudnn.sizeof(t)
  local name = cudnn.typemap[F.is_tensor(t) and t:type()]
  if not name then
    F.bad_argument('cudnn.sizeof', 1, 'a CudaTensor, CudaHalfTensor or CudaDoubleTensor', t)
  end
  return bytes[name]
end

-- What is computed in, by the type of tensors; half types in float, as luatorch's kernels do.
local math_types

--- cudnn.configureMath([overrides]): names the types that tensors are computed in, a table such as
-- {['torch.CudaHalfTensor'] = 'CUDNN_DATA_FLOAT'}, or takes the names back. They are kept for
-- cudnn.configmap; kernels compute half types in float.
function cudnn.configureMath(overrides)
  if overrides ~= nil and type(overrides) ~= 'table' then
    F.bad_argument('cudnn.configureMath', 1, 'a table', overrides)
  end
  local chosen = {}
  for type_name, name in pairs(cudnn.typemap) do
    chosen[type_name] = name == 'CUDNN_DATA_HALF' and 'CUDNN_DATA_FLOAT' or name
  end
  for type_name, name in pairs(overrides or {}) do
    if not (chosen[type_name] and bytes[name]) then
      F.raise('cudnn.configureMath: there is no %s computed in %s', tostring(type_name),
        tostring(name))
    end
    chosen[type_name] = name
  end
  math_types = chosen
end

--- The type that tensors of a type are computed in, by its name in cudnn.typemap.
function cudnn.configmap(type_name)
  return math_types[type_name]
end

cudnn.configureMath()

--- Waits for the current GPU and frees what is not used any more.
function cudnn.reset()
  cutorch.synchronize()
  collectgarbage()
end

return cudnn
