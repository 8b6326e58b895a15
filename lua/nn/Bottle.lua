-- nn.Bottle(module, [nInputDim = 2], [nOutputDim = nInputDim]): applies a module for inputs of
-- nInputDim dimensions (default 2) to inputs with more: the leading dimensions become one before
-- the module and are restored after it.
-- Shapes: [... and nInputDim - 1 dimensions] -> [... and nOutputDim - 1 dimensions].

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local torch = torch

local Bottle, parent = torch.class('nn.Bottle', 'nn.Decorator')

function Bottle:__init(module, nInputDim, nOutputDim)
  parent.__init(self, module)
  self.nInputDim = nInputDim or 2
  self.nOutputDim = nOutputDim or self.nInputDim
  self.dimDelta = self.nInputDim - self.nOutputDim
end

-- x as a view of n dimensions, the leading ones joined.
local function collapse(x, n)
  if x:dim() == n then return x end
  local size = torch.LongStorage(n)
  size[1] = 1
  for d = 1, x:dim() - n + 1 do size[1] = size[1] * x:size(d) end
  for d = 2, n do size[d] = x:size(x:dim() - n + d) end
  return x:contiguous():view(size)
end

local function need_dimensions(self, input)
  need.tensor(self, input, 'input')
  if input:dim() < self.nInputDim then
    F.raise('nn.Bottle: expected %d or more dimensions, got %s', self.nInputDim, F.describe(input))
  end
end

function Bottle:updateOutput(input)
  need_dimensions(self, input)
  local inner = self.modules[1]:updateOutput(collapse(input, self.nInputDim))
  local leading = input:dim() - self.nInputDim + 1
  if leading == 1 then
    self.output:set(inner)
    return self.output
  end
  local size = torch.LongStorage(leading + inner:dim() - 1)
  for d = 1, leading do size[d] = input:size(d) end
  for d = 2, inner:dim() do size[leading + d - 1] = inner:size(d) end
  self.output:set(inner:view(size))
  return self.output
end

function Bottle:updateGradInput(input, gradOutput)
  need_dimensions(self, input)
  need.elements(self, input, gradOutput, self.output, 'output')
  local inner = self.modules[1]:updateGradInput(collapse(input, self.nInputDim),
    collapse(gradOutput, self.nOutputDim))
  if inner then self.gradInput:set(inner:viewAs(input)) end
  return self.gradInput
end

function Bottle:accGradParameters(input, gradOutput, scale)
  return self.modules[1]:accGradParameters(collapse(input, self.nInputDim),
    collapse(gradOutput, self.nOutputDim), scale)
end

function Bottle:accUpdateGradParameters(input, gradOutput, lr)
  return self.modules[1]:accUpdateGradParameters(collapse(input, self.nInputDim),
    collapse(gradOutput, self.nOutputDim), lr)
end

function Bottle:sharedAccUpdateGradParameters(input, gradOutput, lr)
  return self.modules[1]:sharedAccUpdateGradParameters(collapse(input, self.nInputDim),
    collapse(gradOutput, self.nOutputDim), lr)
end
