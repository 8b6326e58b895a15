-- nn.BatchNormalization(nOutput, [eps = 1e-5], [momentum = 0.1], [affine = true]): y = (x - mean) /
-- sqrt(var + eps) * weight + bias for each feature, with the statistics of the batch while training
-- and running ones otherwise, running = (1 - momentum) running + momentum batch (its unbiased
-- variance); weight and bias [nOutput] only when affine. Ioffe and Szegedy, Batch Normalization,
-- 2015.
-- Shapes: [n nOutput] -> [n nOutput]; in evaluation [nOutput] -> [1 nOutput].

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local BN, parent = torch.class('nn.BatchNormalization', 'nn.Module')

BN.__version = 2
BN.nDim = 2

function BN:__init(nOutput, eps, momentum, affine)
  parent.__init(self)
  need.size(self, nOutput, 'number of features')
  if affine ~= nil and type(affine) ~= 'boolean' then
    raise('%s: affine must be true or false', torch.type(self))
  end
  self.affine = affine ~= false
  self.eps = eps or 1e-5
  self.train = true
  self.momentum = momentum or 0.1
  self.running_mean = torch.zeros(nOutput)
  self.running_var = torch.ones(nOutput)
  if self.affine then
    self.weight = torch.Tensor(nOutput)
    self.bias = torch.Tensor(nOutput)
    self.gradWeight = torch.Tensor(nOutput)
    self.gradBias = torch.Tensor(nOutput)
  end
  self:reset()
end

function BN:reset()
  if self.weight then self.weight:uniform() end
  if self.bias then self.bias:zero() end
  self.running_mean:zero()
  self.running_var:fill(1)
end

--- Raises unless the input has the right number of dimensions and features.
function BN:checkInputDim(input)
  need.tensor(self, input, 'input')
  local dim, features = input:dim(), self.running_mean:nElement()
  local single = self.train == false and dim == self.nDim - 1
  if dim ~= self.nDim and not single then
    raise('%s: expected a %dD batch, got %s', torch.type(self), self.nDim, F.describe(input))
  end
  if input:size(single and 1 or 2) ~= features then
    raise('%s: expected %d features, got %s', torch.type(self), features, F.describe(input))
  end
end

-- A single sample becomes a batch of one, the tensor itself, as in Torch7.
local function make_batch(self, t)
  self:checkInputDim(t)
  if t:dim() < self.nDim then nn.utils.addSingletonDimension(t, t, 1) end
end

function BN:updateOutput(input)
  make_batch(self, input)
  if not self.save_mean then
    self.save_mean, self.save_std = F.like(self.running_mean), F.like(self.running_mean)
  end
  local output = self.output
  check(C.lt_batchnorm(output, input, self.weight, self.bias, self.running_mean, self.running_var,
    self.save_mean, self.save_std, self.train and 1 or 0, self.momentum, self.eps))
  return output
end

local function gradients(self, gradInput, gradWeight, gradBias, input, gradOutput, scale)
  make_batch(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  if gradOutput:dim() < self.nDim then make_batch(self, gradOutput) end
  local train = self.train
  if train and not self.save_mean then
    raise('%s: backward before forward', torch.type(self))
  end
  check(C.lt_batchnorm_grad(gradInput, gradWeight, gradBias, input, gradOutput, self.weight,
    train and self.save_mean or self.running_mean, train and self.save_std or self.running_var,
    train and 1 or 0, scale, self.eps))
end

function BN:backward(input, gradOutput, scale)
  gradients(self, self.gradInput, self.gradWeight, self.gradBias, input, gradOutput, scale or 1)
  return self.gradInput
end

function BN:updateGradInput(input, gradOutput)
  gradients(self, self.gradInput, nil, nil, input, gradOutput, 1)
  return self.gradInput
end

function BN:accGradParameters(input, gradOutput, scale)
  if self.gradWeight or self.gradBias then
    gradients(self, nil, self.gradWeight, self.gradBias, input, gradOutput, scale or 1)
  end
end

--- Reads fields saved by this or an earlier version, which kept running_std.
function BN:read(file, version)
  for field, value in pairs(file:readObject()) do self[field] = value end
  if version and version < 2 and self.running_std then
    self.running_var = self.running_std:pow(-2):add(-self.eps)
    self.running_std = nil
  end
end

function BN:clearState()
  if self.save_mean then
    self.save_mean:set()
    self.save_std:set()
  end
  return parent.clearState(self)
end

function BN:__tostring__()
  return ('%s (%dD) (%d)'):format(torch.type(self), self.nDim, self.running_mean:nElement())
end
