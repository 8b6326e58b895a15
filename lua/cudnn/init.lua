-- cudnn: layers with the names, arguments and fields of Torch7's package of that name, and the
-- conversion of models from nn and back. Convolutions use the library cuDNN where it is installed,
-- the rest luatorch's own kernels. Without a GPU it raises cutorch's error, which says why.

package.loaded.cudnn = nil -- a second try gives the same answer

local cutorch = require 'cutorch'
local C = require 'cutorch.library'
local F = require 'torch.ffi'
local convert = require 'cudnn.convert'
local functional = require 'cudnn.functional'

local cudnn = require 'cudnn.classes'
_G.cudnn = cudnn
package.loaded.cudnn = cudnn

-- cudnn.benchmark: algorithms of convolutions are chosen by their times, when a size comes first;
-- cudnn.fastest: even those that need over 1 GB or sum in any order. Both are false at first, and
-- hold for the thread.
local options = {benchmark = C.LT_CUDA_CUDNN_BENCHMARK, fastest = C.LT_CUDA_CUDNN_FASTEST}
local chosen_options = {benchmark = false, fastest = false}
setmetatable(cudnn, {
  __index = chosen_options,
  __newindex = function(self, key, value)
    if not options[key] then return rawset(self, key, value) end
    F.check(C.lt_cuda_set_cudnn(options[key], value and 1 or 0))
    chosen_options[key] = value
  end,
})

--- Preferences that programs may set; nothing depends on them.
cudnn.verbose, cudnn.useFindEx = false, false
cudnn.initialWorkspaceBytes, cudnn.reservedGPUBytes = 1024, 1024 * 1024
cudnn.maxWorkspaceGPUMemPercent = 95

--- The version of cuDNN or, where it is not installed, of the one whose layers these have the names
-- of, for programs that ask whether it is new enough.
cudnn.version = cutorch.getCudnn() or 7000

cudnn.convert, cudnn.functional = convert.convert, functional

--- cudnn.find: preferences of the original's search for algorithms, on which nothing depends.
cudnn.find = {verbose = false, verboseError = true, verboseFallback = true}

--- Waits for all GPUs; the next convolutions choose their algorithms as before.
function cudnn.find.reset() cutorch.synchronizeAll() end

--- What functions of cudnn.functional take first: an opaque pointer, one for the process.
function cudnn.getHandle() return cutorch.getState() end

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
