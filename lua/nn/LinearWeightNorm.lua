-- nn.LinearWeightNorm(inputSize, outputSize, [bias = true], [eps = 1e-16]): nn.Linear whose weight
-- is g v / |v| row by row, with parameters v [out in], g [out 1] and bias. See nn/weightnorm.lua.
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local buffer = require 'nn.buffer'
local nn = require 'nn'
local weightnorm = require 'nn.weightnorm'

local torch = torch

local LinearWeightNorm, parent = torch.class('nn.LinearWeightNorm', 'nn.Linear')

function LinearWeightNorm:__init(inputSize, outputSize, bias, eps)
  parent.__init(self, inputSize, outputSize, bias)
  self.eps = eps or 1e-16
  self.gradV = torch.Tensor(outputSize, inputSize):zero()
  self.gradG = torch.Tensor(outputSize, 1):zero()
end

--- Takes direction and length from a weight (default: the present one).
function LinearWeightNorm:initFromWeight(weight)
  weight = weight or self.weight
  self.g = (self.g or weight.new()):norm(weight, 2, 2)
  self.v = (self.v or weight.new()):resizeAs(weight):copy(weight)
  return self
end

--- The same function as an nn.Linear's.
function LinearWeightNorm.fromLinear(linear)
  local w = linear.weight
  local module = nn.LinearWeightNorm(w:size(2), w:size(1), linear.bias ~= nil)
  module:type(linear:type())
  module.weight:copy(w)
  if linear.bias then module.bias:copy(linear.bias) end
  return module:initFromWeight()
end

--- An nn.Linear of the same function.
function LinearWeightNorm:toLinear()
  self:updateWeightMatrix()
  local w = self.weight
  local linear = nn.Linear(w:size(2), w:size(1), self.bias ~= nil):type(self:type())
  linear.weight:copy(w)
  if self.bias then linear.bias:copy(self.bias) end
  return linear
end

function LinearWeightNorm:parameters()
  if not self.bias then return {self.v, self.g}, {self.gradV, self.gradG} end
  return {self.v, self.g, self.bias}, {self.gradV, self.gradG, self.gradBias}
end

function LinearWeightNorm:reset(stdv)
  parent.reset(self, stdv)
  return self:initFromWeight()
end

--- Computes the weight from v and g.
function LinearWeightNorm:updateWeightMatrix()
  weightnorm.compose(self, self.weight, self.eps)
end

-- The weight is computed once in evaluation.
function LinearWeightNorm:evaluate()
  if self.train ~= false then self:updateWeightMatrix() end
  parent.evaluate(self)
end

function LinearWeightNorm:updateOutput(input)
  if self.train ~= false then self:updateWeightMatrix() end
  return parent.updateOutput(self, input)
end

-- The weight as v and g say, before backward without forward too.
local function ensure_weight(self)
  if not self._norm or self._norm:dim() == 0 then self:updateWeightMatrix() end
end

function LinearWeightNorm:updateGradInput(input, gradOutput)
  ensure_weight(self)
  return parent.updateGradInput(self, input, gradOutput)
end

function LinearWeightNorm:accGradParameters(input, gradOutput, scale)
  ensure_weight(self)
  self.gradWeight = buffer(self, 'gradWeight', self.v):resizeAs(self.v):zero()
  parent.accGradParameters(self, input, gradOutput, scale)
  weightnorm.accumulate(self, self.gradWeight)
end

function LinearWeightNorm:defaultAccUpdateGradParameters(input, gradOutput, lr)
  local gradV, gradG, gradBias = self.gradV, self.gradG, self.gradBias
  self.gradV, self.gradG, self.gradBias = self.v, self.g, self.bias
  self:accGradParameters(input, gradOutput, -lr)
  self.gradV, self.gradG, self.gradBias = gradV, gradG, gradBias
end

function LinearWeightNorm:clearState()
  nn.utils.clear(self, '_norm', '_scale', '_dot', '_work')
  return parent.clearState(self)
end
