-- nn.Narrow(dimension, offset, [length = 1]): `length` elements (default 1; negative: up to that
-- place from the end) from `offset` on along a dimension, which counts from the end when negative.
-- A negative offset gives all but the last `length` elements.
-- Shapes: [... k ...] -> [... length ...], along the dimension.

local F = require 'torch.ffi'
local need = require 'nn.need'

local raise = F.raise
local torch = torch

local Narrow, parent = torch.class('nn.Narrow', 'nn.Module')

function Narrow:__init(dimension, offset, length)
  parent.__init(self)
  self.dimension = dimension
  self.index = offset
  self.length = length or 1
  if type(dimension) ~= 'number' or type(offset) ~= 'number' then
    raise('nn.Narrow: expected a dimension and an offset, got %s and %s', F.describe(dimension),
      F.describe(offset))
  end
end

local function part_of(self, t, input)
  local dim = self.dimension < 0 and input:dim() + self.dimension + 1 or self.dimension
  local size = input:size(dim)
  local length = self.length < 0 and size - self.index + self.length + 2 or self.length
  if self.index < 0 then return t:narrow(dim, 1, size - length) end
  return t:narrow(dim, self.index, length)
end

function Narrow:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output = self.output or input.new()
  self.output:set(part_of(self, input, input))
  return self.output
end

function Narrow:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput = self.gradInput or input.new()
  self.gradInput:resizeAs(input)
  local part = part_of(self, self.gradInput, input)
  need.elements(self, input, gradOutput, part, 'part')
  self.gradInput:zero()
  part:copy(gradOutput)
  return self.gradInput
end
