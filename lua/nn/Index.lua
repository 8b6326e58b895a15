-- nn.Index(dimension): {t, indices} gives t:index(dimension, indices). The gradient of the indices
-- is zero.
-- Shapes: {[... k ...], [m]} -> [... m ...], along the dimension.

local need = require 'nn.need'
local resize = require 'nn.resize'

local torch = torch

local Index, parent = torch.class('nn.Index', 'nn.Module')

function Index:__init(dimension)
  parent.__init(self)
  need.size(self, dimension, 'dimension')
  self.dimension = dimension
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

function Index:updateOutput(input)
  need.tensors(self, input, 2, true)
  self.output:index(input[1], self.dimension, input[2])
  return self.output
end

function Index:updateGradInput(input, gradOutput)
  need.tensors(self, input, 2, true)
  need.tensor(self, gradOutput, 'gradOutput')
  local t, indices = input[1], input[2]
  local g1, g2 = self.gradInput[1] or t.new(), self.gradInput[2] or t.new()
  g1:resizeAs(t):zero()
  g1:indexAdd(self.dimension, indices, gradOutput)
  resize(g2, indices):zero()
  self.gradInput[1], self.gradInput[2] = g1, g2
  return self.gradInput
end
