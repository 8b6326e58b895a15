-- Softmax layers and criterions of cudnn. Two fields say what a layer computes: algorithm, whether
-- it is the logarithm, and mode, whether the sum goes over the features or over whole samples.

local F = require 'torch.ffi'
local layer = require 'cudnn.layer'
local need = require 'nn.need'
local nn = require 'nn'
local torch = require 'torch'

local C, check, raise = F.C, F.check, F.raise
local classes = layer.classes

local CHANNEL, INSTANCE = 'CUDNN_SOFTMAX_MODE_CHANNEL', 'CUDNN_SOFTMAX_MODE_INSTANCE'
local LOG = 'CUDNN_SOFTMAX_LOG'

-- cudnn.SpatialSoftMax([fast = false]): nn.SpatialSoftMax: over the features of inputs [features],
-- [n features], [features h w] or [n features h w]. `fast` is kept in the algorithm's name.
local SoftMax, parent = torch.class('cudnn.SpatialSoftMax', 'nn.Module', classes)

function SoftMax:__init(fast)
  parent.__init(self)
  self.mode = CHANNEL
  self.algorithm = fast and 'CUDNN_SOFTMAX_FAST' or 'CUDNN_SOFTMAX_ACCURATE'
end

-- t as [features], [n features] or either with [h w] behind; in mode INSTANCE always without. A
-- view of t, or of a copy where it is not contiguous.
local function arranged(self, t)
  if self.mode ~= INSTANCE or t.ndim < 3 then return t end
  t = t:contiguous()
  return t.ndim == 3 and t:view(-1) or t:view(t:size(1), -1)
end

-- The dimension of the features, from 0.
local function feature_dim(x) return (x.ndim == 1 or x.ndim == 3) and 0 or 1 end

local function check_input(self, input)
  need.tensor(self, input, 'input')
  if input.ndim < 1 or input.ndim > 4 then
    raise('%s: expected an input of 1 to 4 dimensions, got %s', torch.type(self),
      F.describe(input))
  end
end

function SoftMax:updateOutput(input)
  check_input(self, input)
  local x = arranged(self, input)
  local forward = self.algorithm == LOG and C.lt_logsoftmax or C.lt_softmax
  check(forward(self.output, x, feature_dim(x)))
  if x ~= input then self.output:resizeAs(input) end
  layer.sizes(self, 'iSize', input, 4)
  return self.output
end

function SoftMax:updateGradInput(input, gradOutput)
  check_input(self, input)
  need.gradient(self, input, gradOutput)
  local x = arranged(self, input)
  local backward = self.algorithm == LOG and C.lt_logsoftmax_grad or C.lt_softmax_grad
  check(backward(self.gradInput, arranged(self, gradOutput), arranged(self, self.output),
    feature_dim(x)))
  if x ~= input then self.gradInput:resizeAs(input) end
  return self.gradInput
end

-- cudnn.SpatialLogSoftMax(): nn.SpatialLogSoftMax.
local LogSoftMax, spatial = torch.class('cudnn.SpatialLogSoftMax', 'cudnn.SpatialSoftMax', classes)

function LogSoftMax:__init(fast)
  spatial.__init(self, fast)
  self.algorithm = LOG
end

-- cudnn.SoftMax([fast = false]), cudnn.LogSoftMax(): over all elements of each sample; the same as
-- nn.SoftMax and nn.LogSoftMax for inputs [features] and [n features].
for name, algorithm in pairs {SoftMax = false, LogSoftMax = LOG} do
  local class, base = torch.class('cudnn.' .. name, 'cudnn.SpatialSoftMax', classes)

  function class:updateOutput(input)
    self.mode, self.algorithm = INSTANCE, algorithm or self.algorithm
    return base.updateOutput(self, input)
  end
end

-- cudnn.VolumetricSoftMax([fast = false]), cudnn.VolumetricLogSoftMax(): over the features of
-- inputs [features t h w] or [n features t h w].
local Volumetric, module = torch.class('cudnn.VolumetricSoftMax', 'nn.Module', classes)

function Volumetric:__init(fast)
  module.__init(self)
  self.ssm = classes.SpatialSoftMax(fast)
end

-- [t h w] as [t*h w]
local function fold(t)
  t = t:contiguous()
  local n = t.ndim
  if n == 4 then return t:view(t:size(1), t:size(2) * t:size(3), t:size(4)) end
  return t:view(t:size(1), t:size(2), t:size(3) * t:size(4), t:size(5))
end

function Volumetric:updateOutput(input)
  need.sample(self, input, 4)
  self.output = self.ssm:updateOutput(fold(input)):view(input:size())
  return self.output
end

function Volumetric:updateGradInput(input, gradOutput)
  need.sample(self, input, 4)
  need.gradient(self, input, gradOutput)
  self.gradInput = self.ssm:updateGradInput(fold(input), fold(gradOutput)):view(input:size())
  return self.gradInput
end

function Volumetric:clearState()
  self.ssm:clearState()
  return module.clearState(self)
end

local VolumetricLog, volumetric = torch.class('cudnn.VolumetricLogSoftMax',
  'cudnn.VolumetricSoftMax', classes)

function VolumetricLog:__init(fast)
  volumetric.__init(self, fast)
  self.ssm.algorithm = LOG
end

-- cudnn.SpatialCrossEntropyCriterion([weights]): nn.CrossEntropyCriterion for every pixel of scores
-- [n classes h w] with targets [n h w]; the mean, or with sizeAverage = false the sum.
local Spatial, criterion = torch.class('cudnn.SpatialCrossEntropyCriterion', 'nn.Criterion',
  classes)

function Spatial:__init(weights)
  criterion.__init(self)
  self.slsm = classes.SpatialLogSoftMax()
  self.nll = nn.SpatialClassNLLCriterion(weights)
  self.sizeAverage = true
end

-- Raises unless input has `dims` dimensions and target has the same ones but that of the classes.
local function check_target(self, input, target, dims)
  need.tensor(self, input, 'input')
  need.tensor(self, target, 'target')
  local fits = input.ndim == dims and target.ndim == dims - 1 and input.sizes[0] == target.sizes[0]
  for d = 2, dims - 1 do fits = fits and input.sizes[d] == target.sizes[d - 1] end
  if not fits then
    raise('%s: expected an input of %d dimensions and a target of its sizes without the second, '
      .. 'got %s and %s', torch.type(self), dims, F.describe(input), F.describe(target))
  end
end

function Spatial:updateOutput(input, target)
  check_target(self, input, target, 4)
  self.nll.sizeAverage = self.sizeAverage
  self.output = self.nll:updateOutput(self.slsm:updateOutput(input), target)
  return self.output
end

function Spatial:updateGradInput(input, target)
  check_target(self, input, target, 4)
  self.gradInput = self.slsm:updateGradInput(input,
    self.nll:updateGradInput(self.slsm.output, target))
  return self.gradInput
end

-- cudnn.VolumetricCrossEntropyCriterion([weights]): the same for scores [n classes t h w] and
-- targets [n t h w].
local VolumetricEntropy = torch.class('cudnn.VolumetricCrossEntropyCriterion', 'nn.Criterion',
  classes)

function VolumetricEntropy:__init(weights)
  criterion.__init(self)
  self.scec = classes.SpatialCrossEntropyCriterion(weights)
end

local function fold_target(t)
  return t:contiguous():view(t:size(1), t:size(2) * t:size(3), t:size(4))
end

function VolumetricEntropy:updateOutput(input, target)
  check_target(self, input, target, 5)
  self.output = self.scec:updateOutput(fold(input), fold_target(target))
  return self.output
end

function VolumetricEntropy:updateGradInput(input, target)
  check_target(self, input, target, 5)
  self.gradInput = self.scec:updateGradInput(fold(input), fold_target(target)):view(input:size())
  return self.gradInput
end
