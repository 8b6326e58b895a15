-- Specs of the CPU with all tensors on a GPU: LT_TEST_DEVICE=cuda, set by `make check-device`. What
-- specs get from require 'torch' makes tensors there, and modules and criterions that change their
-- type stay there. everywhere.specs are the files that this is for, everywhere.others what in them
-- is about the CPU.

local device = require 'cuda.device'
local cutorch = require 'cutorch'
local nn = require 'nn'
local torch = require 'torch'

local everywhere = {}

-- Names of specs that say what tensors and modules do wherever they are. Under the emulation, which
-- takes its time to read single elements, those of `slow` are left out.
local specs = {
  nn = {'containers', 'convolution_errors', 'convolutions', 'criterion_cases', 'criterions', 'ctc',
    'gradsharing', 'layers', 'masked_gradients', 'modern', 'module', 'pooling', 'pooling_values',
    'recurrent', 'saving', 'sparse', 'steady'},
  image = {'display', 'geometry'},
  torch = {'apply', 'arithmetic', 'cat', 'einsum', 'finite', 'sequences', 'step', 'view'},
}
local slow = {
  nn = {'bad_input', 'featurenorm'},
  torch = {'blas', 'broadcast', 'copy', 'forms', 'index', 'mask', 'rearrange', 'reduce',
    'reduceforms', 'results', 'sort', 'sortforms', 'tensor', 'unique', 'xcorr'},
  optim = {'optimizers'},
}

local function list(files, folders)
  for folder, names in pairs(folders) do
    for _, name in ipairs(names) do
      files[#files + 1] = ('tests/%s/%s_spec.lua'):format(folder, name)
    end
  end
end

--- Tests that are not about this device: patterns of their names.
everywhere.others = {
  -- recorded values: see tests/cuda/golden_spec.lua and nn_spec.lua
  'recorded .* reproduced',
  'recurrent layers over sequences agree with PyTorch',
  -- messages that name types
  'bad arguments .* raise', 'bad indices raise', 'that do not broadcast raise',
  'logsumexp refuses bad arguments', 'item and tolist refuse other tensors',
  'names types of weights and volume', 'raise errors that name the module and the sizes',
  -- other random numbers than on the CPU
  'bad input to nn%.ClassNLL', 'bad input to nn%.CrossEntropy', 'bad input to nn%.Focal',
  'bad input to nn%.MultiMargin', 'bad input to nn%.SoftNLL', 'inside containers and learn',
  -- bytes written where CPU tensors have them
  'NaNs of any bits', 'arithmetic on objects for arithmetic',
  -- the field _type; a device that is not there
  'DontCast keeps the type', 'nn%.GPU runs its module on the CPU',
}

-- Numbers drawn on the device are as repeatable as those of the CPU.
local function seed(...)
  cutorch.manualSeed((select(select('#', ...), ...)))
  return torch.manualSeed(...)
end
rawset(device.torch, 'manualSeed', seed)

-- Names of types are those of the CPU's types.
rawset(device.torch, 'type', function(v) return device.here(torch.type(v)) end)

-- Whether the function that called the one that asks is of the specs.
local function asked_by_spec() return debug.getinfo(3, 'S').source:find('tests/', 1, true) end

local function on_device(name)
  return name and not name:find('^torch%.Cuda') and device.there(name) or name
end

local elements = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

-- What specs convert to types of the CPU stays on the device, and says that it is of such a type.
local function modules_stay(class)
  local convert = class.type
  function class:type(name, ...)
    if name == nil then
      return asked_by_spec() and device.here(convert(self)) or convert(self)
    end
    return convert(self, on_device(name), ...)
  end
end

local function tensors_stay(class)
  local convert = class.type
  function class:type(name)
    local asked = asked_by_spec()
    if name == nil then return asked and device.here(convert(self)) or convert(self) end
    return convert(self, asked and on_device(name) or name)
  end
  for _, element in ipairs(elements) do
    local name = ('torch.%sTensor'):format(element)
    class[element:lower()] = function(self)
      return convert(self, asked_by_spec() and on_device(name) or name)
    end
  end
end

--- Moves the specs that are loaded from now on to the device. `arguments`, busted's, get the files,
-- where they name none, and what is left out.
function everywhere.install(arguments)
  assert(device.present, device.reason)
  if #arguments == 0 or arguments[#arguments]:find('^%-') then
    list(arguments, specs)
    if cutorch.getDeviceProperties(1).name ~= 'emulated device' then list(arguments, slow) end
  end
  for _, pattern in ipairs(everywhere.others) do
    table.insert(arguments, 1, '--filter-out=' .. pattern)
  end
  require 'cunn'
  torch.setdefaulttensortype('torch.CudaDoubleTensor')
  modules_stay(nn.Module)
  modules_stay(nn.Criterion)
  for _, element in ipairs(elements) do
    tensors_stay(torch.getmetatable(device.there(('torch.%sTensor'):format(element))))
  end
  local load = require
  rawset(_G, 'require', function(name)
    local ours = name == 'torch' and debug.getinfo(2, 'S').source:find('tests/', 1, true)
    return ours and device.torch or load(name)
  end)
end

return everywhere
