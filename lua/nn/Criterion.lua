-- nn.Criterion: the base of losses: a number from an input and a target, and its gradient.

local nn = require 'nn'

local torch = torch

local Criterion = torch.class('nn.Criterion')

function Criterion:__init()
  self.gradInput = torch.Tensor()
  self.output = 0
end

function Criterion.updateOutput() end

function Criterion:forward(input, target)
  return self:updateOutput(input, target)
end

function Criterion:backward(input, target)
  return self:updateGradInput(input, target)
end

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
  Criterion[name] = function(self) return self:type(class_name) end
end

function Criterion:__call__(input, target)
  self.output = self:forward(input, target)
  self.gradInput = self:backward(input, target)
  return self.output, self.gradInput
end
