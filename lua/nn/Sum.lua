-- nn.Sum([dimension = 1], [nInputDims], [sizeAverage = false], [squeeze = true]): the sum (with
-- sizeAverage the mean) along a dimension, which is left out of the result unless squeeze is false.
-- Within a sample when the input has nInputDims + 1 dimensions.
-- Shapes: [... k ...] -> [...], without the dimension; without squeeze [... 1 ...].

local nn = require 'nn'
local need = require 'nn.need'

local torch = torch

local Sum, parent = torch.class('nn.Sum', 'nn.Module')

function Sum:__init(dimension, nInputDims, sizeAverage, squeeze)
  parent.__init(self)
  self.dimension = dimension or 1
  need.number(self, self.dimension, 'dimension')
  self.nInputDims = nInputDims
  self.sizeAverage = sizeAverage or false
  self.squeeze = squeeze ~= false
end

function Sum:updateOutput(input)
  local dim = need.dimension(self, input)
  local output = self.output
  output:sum(input, dim)
  if self.sizeAverage then output:div(input:size(dim)) end
  if self.squeeze ~= false and output:dim() > 1 then output:set(output:select(dim, 1)) end
  return output
end

function Sum:updateGradInput(input, gradOutput)
  local dim = need.dimension(self, input)
  need.elements(self, input, gradOutput, input:narrow(dim, 1, 1), 'sum')
  if gradOutput:dim() < input:dim() then
    gradOutput = nn.utils.addSingletonDimension(gradOutput, dim)
  end
  local gradInput = self.gradInput
  gradInput:resizeAs(input):copy(gradOutput:expandAs(input))
  if self.sizeAverage then gradInput:div(input:size(dim)) end
  return gradInput
end
