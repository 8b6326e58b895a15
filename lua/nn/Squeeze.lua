-- nn.Squeeze([dim], [numInputDims]): the input without its dimensions of size 1, or without the
-- given one. Inputs of numInputDims + 1 dimensions are batches, whose first dimension stays.
-- Shapes: [a 1 b ...] -> [a b ...].

local need = require 'nn.need'

local torch = torch

local Squeeze, parent = torch.class('nn.Squeeze', 'nn.Module')

function Squeeze:__init(dim, numInputDims)
  parent.__init(self)
  self.dim = dim
  self:setNumInputDims(numInputDims)
end

--- Number of dimensions of one sample.
function Squeeze:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

function Squeeze:updateOutput(input)
  need.tensor(self, input, 'input')
  local batch = self.numInputDims and input:dim() == self.numInputDims + 1
  if self.dim then
    self.output:set(input:squeeze(batch and self.dim + 1 or self.dim))
    return self.output
  end
  local result = input:nElement() == 1 and input:view(1) or input:squeeze()
  if batch and input:size(1) == 1 then result = result:view(1, unpack(result:size():totable())) end
  self.output:set(result)
  return self.output
end

function Squeeze:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput:set(gradOutput:contiguous():viewAs(input))
  return self.gradInput
end
