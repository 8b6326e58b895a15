-- nn.SplitTable(dimension, [nInputDims]): the slices of a tensor along a dimension, as a table of
-- views. With nInputDims, inputs of more dimensions are batches and the dimension counts within a
-- sample.
-- Shapes: [... k ...] -> a table of k tensors [...], without the dimension.

local need = require 'nn.need'

local torch = torch

local SplitTable, parent = torch.class('nn.SplitTable', 'nn.Module')

function SplitTable:__init(dimension, nInputDims)
  parent.__init(self)
  need.number(self, dimension, 'dimension')
  self.dimension = dimension
  self.nInputDims = nInputDims
end

function SplitTable:updateOutput(input)
  local dim = need.dimension(self, input)
  local slices = {}
  for i = 1, input:size(dim) do slices[i] = input:select(dim, i) end
  self.output = slices
  return slices
end

function SplitTable:updateGradInput(input, gradOutput)
  local dim = need.dimension(self, input)
  local n = input:size(dim)
  need.table(self, gradOutput, 'gradOutput', n)
  if self.gradInput then
    self.gradInput:resizeAs(input)
    for i = 1, n do
      if input.ndim > 1 or type(gradOutput[i]) ~= 'number' then
        need.elements(self, input, gradOutput[i], input:narrow(dim, i, 1), 'slice')
      end
    end
    for i = 1, n do
      self.gradInput:narrow(dim, i, 1)[{}] = gradOutput[i] -- numbers for a vector
    end
  end
  return self.gradInput
end
