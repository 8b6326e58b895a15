-- Layers of nn and of cudnn that stand for each other: cudnn.convert, and what torch.load needs to
-- give models of cudnn to machines without GPUs.

local torch = require 'torch'
local nn = require 'nn'
local F = require 'torch.ffi'
local classes = require 'cudnn.classes'

local convert = {}

local EXCLUDE = 'CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING'
local LOG = 'CUDNN_SOFTMAX_LOG'

-- Fields that only layers of cudnn have.
local own_fields = {'groups', 'mode', 'algorithm', 'iSize', 'oSize', 'pad', 'stride', 'nElem',
  'input_offset', 'output_offset', 'weight_offset', 'input_slice', 'output_slice', 'fmode',
  'bdmode', 'bwmode', 'fastest_mode', 'convDescData', 'extraBuffer', 'scaleT', 'nFeature',
  'autotunerHash', 'ceiling', 'ssm'}

-- To nn: f(module) changes its fields and returns the name of its class in nn, where that is not
-- its own one, or false where nn has none that computes the same.
local to_nn = {
  BatchNormalization = true, SpatialBatchNormalization = true, VolumetricBatchNormalization = true,
  SpatialFullConvolution = true, VolumetricConvolution = true, VolumetricFullConvolution = true,
  SpatialDilatedConvolution = true, VolumetricDilatedConvolution = true,
  SpatialCrossMapLRN = true, SpatialMaxPooling = true, VolumetricMaxPooling = true, Tanh = true,
  Sigmoid = true, SoftMax = true, LogSoftMax = true, SpatialLogSoftMax = true,
}

function to_nn.SpatialConvolution(m)
  local groups = m.groups or 1
  m.nGroup = groups > 1 and groups or nil
end

function to_nn.SpatialAveragePooling(m)
  m.count_include_pad, m.divide = m.mode ~= EXCLUDE, true
end

function to_nn.VolumetricAveragePooling(m)
  local padded = (m.padT or 0) > 0 or (m.padW or 0) > 0 or (m.padH or 0) > 0
  if padded or m.ceil_mode then return false end
end

function to_nn.ReLU(m) m.threshold, m.val = 0, 0 end

function to_nn.ClippedReLU(m)
  m.min_val, m.max_val = 0, m.ceiling
  return 'Clamp'
end

function to_nn.SpatialSoftMax(m)
  return m.algorithm == LOG and 'SpatialLogSoftMax' or nil
end

function to_nn.TemporalConvolution(m)
  if (m.padH or 0) > 0 then return false end
  m.kW, m.dW, m.kH, m.dH, m.padW, m.padH = m.kH, m.dH, nil, nil, nil, nil
  m.nInputPlane, m.nOutputPlane, m.buffer = nil, nil, nil
end

-- To cudnn, in the same way.
local to_cudnn = {
  BatchNormalization = true, SpatialBatchNormalization = true, VolumetricBatchNormalization = true,
  SpatialFullConvolution = true, VolumetricConvolution = true, VolumetricFullConvolution = true,
  SpatialDilatedConvolution = true, VolumetricDilatedConvolution = true,
  SpatialCrossMapLRN = true, SpatialMaxPooling = true, VolumetricMaxPooling = true,
  VolumetricAveragePooling = true, Tanh = true, Sigmoid = true, SoftMax = true, LogSoftMax = true,
}

function to_cudnn.SpatialConvolution(m)
  m.groups = m.nGroup or 1
end

function to_cudnn.SpatialConvolutionMM(m)
  m.groups = 1
  return 'SpatialConvolution'
end

function to_cudnn.SpatialAveragePooling(m)
  if m.divide == false then return false end
  m.mode = m.count_include_pad == false and EXCLUDE
    or 'CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING'
end

function to_cudnn.ReLU(m) m.threshold, m.val = nil, nil end

--- The name of the class that an object's fields were made fit for, which are changed where there
-- is one, or nil. to: 'nn' or 'cudnn'.
local function refit(object, to)
  local package_name, name = (torch.typename(object) or ''):match('^(c?u?d?nn)%.(.*)$')
  if package_name ~= (to == 'nn' and 'cudnn' or 'nn') then return nil end
  local rule = (to == 'nn' and to_nn or to_cudnn)[name]
  if not rule then return nil end
  local other = rule ~= true and rule(object)
  if other == false and rule ~= true then return nil end
  if to == 'nn' then
    for _, field in ipairs(own_fields) do object[field] = nil end
  end
  return to .. '.' .. (other or name)
end

--- Makes an object of cudnn one of nn where there is a class that computes the same.
function convert.to_nn(object)
  local name = refit(object, 'nn')
  if name then torch.setmetatable(object, name) end
end

-- A module for `module`: of the other package, with the same tensors, or itself.
local function counterpart(module, to)
  local copy = {}
  for key, value in pairs(module) do copy[key] = value end
  torch.setmetatable(copy, torch.typename(module))
  local name = refit(copy, to)
  return name and torch.setmetatable(copy, name) or module
end

--- cudnn.convert(net, dst, [exclusion]): the network with its layers exchanged for those of dst, nn
-- or cudnn, where there are such; layers share their tensors with those they stand for. exclusion:
-- a function of a module; true keeps it as it is. Returns the network, which is changed; where it
-- is a single layer, the new one.
function convert.convert(net, dst, exclusion)
  if not torch.isTypeOf(net, 'nn.Module') then
    F.bad_argument('cudnn.convert', 1, 'a module', net)
  end
  if dst ~= nn and dst ~= classes then F.bad_argument('cudnn.convert', 2, 'nn or cudnn', dst) end
  if exclusion ~= nil and type(exclusion) ~= 'function' then
    F.bad_argument('cudnn.convert', 3, 'a function', exclusion)
  end
  local to = dst == nn and 'nn' or 'cudnn'
  return net:replace(function(module)
    if exclusion and exclusion(module) then return module end
    return counterpart(module, to)
  end)
end

return convert
