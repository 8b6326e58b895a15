-- nn.Criterion(): the base of losses: a number from an input and a target, and its gradient.
-- Shapes: input and target as the criterion says -> number.

local nn = require 'nn'

local torch = torch

local Criterion = torch.class('nn.Criterion')

function Criterion:__init()
  self.gradInput = torch.Tensor()
  self.output = 0
end

--- updateOutput(input, target): Computes the value; each criterion has its own.
function Criterion.updateOutput() end

--- The value for an input and a target.
function Criterion:forward(input, target)
  return self:updateOutput(input, target)
end

--- The gradient of the value with respect to the input.
function Criterion:backward(input, target)
  return self:updateGradInput(input, target)
end

--- updateGradInput(input, target): Computes the gradient; each criterion has its own.
function Criterion.updateGradInput() end

--- A deep copy.
function Criterion:clone()
  return torch.deserialize(torch.serialize(self))
end

--- Converts every tensor of the criterion to a type, or returns the type in use.
function Criterion:type(type_name, tensorCache)
  if not type_name then return self.gradInput:type() end
  for key, value in pairs(self) do
    self[key] = nn.utils.recursiveType(value, type_name, tensorCache)
  end
  return self
end

for name, class_name in pairs {
  float = 'torch.FloatTensor', double = 'torch.DoubleTensor', half = 'torch.HalfTensor',
  cuda = 'torch.CudaTensor', cudaHalf = 'torch.CudaHalfTensor',
  cudaDouble = 'torch.CudaDoubleTensor',
} do
  --- The criterion converted to that type of tensors.
  Criterion[name] = function(self) return self:type(class_name) end
end

--- criterion(input, target): forward and backward; returns both results.
function Criterion:__call__(input, target)
  self.output = self:forward(input, target)
  self.gradInput = self:backward(input, target)
  return self.output, self.gradInput
end
