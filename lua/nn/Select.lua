-- nn.Select(dimension, index): the slice at an index of a dimension; negative ones count from the
-- end.
-- Shapes: [... k ...] -> [...], without the dimension.

local F = require 'torch.ffi'
local need = require 'nn.need'

local raise = F.raise
local torch = torch

local Select, parent = torch.class('nn.Select', 'nn.Module')

function Select:__init(dimension, index)
  parent.__init(self)
  self.dimension = dimension
  self.index = index
  if type(dimension) ~= 'number' or type(index) ~= 'number' then
    raise('nn.Select: expected a dimension and an index')
  end
end

local function slice_of(self, t)
  local dim = self.dimension < 0 and t:dim() + self.dimension + 1 or self.dimension
  local index = self.index < 0 and t:size(dim) + self.index + 1 or self.index
  return t:select(dim, index)
end

function Select:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = slice_of(self, input)
  self.output:resizeAs(output):copy(output)
  return self.output
end

function Select:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput:resizeAs(input):zero()
  local slice = slice_of(self, self.gradInput)
  need.elements(self, input, gradOutput, slice, 'slice')
  slice:copy(gradOutput)
  return self.gradInput
end
