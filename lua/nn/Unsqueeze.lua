-- nn.Unsqueeze(pos, [numInputDims]): the input with a dimension of size 1 put at place pos; the
-- place counts within a sample of numInputDims dimensions when that is given.
-- Shapes: [a b ...] -> [a ... 1 ... b], 1 at place pos.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Unsqueeze, parent = torch.class('nn.Unsqueeze', 'nn.Module')

function Unsqueeze:__init(pos, numInputDims)
  parent.__init(self)
  need.number(self, pos, 'place')
  self.pos = pos
  self:setNumInputDims(numInputDims)
end

--- Number of dimensions of one sample.
function Unsqueeze:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

function Unsqueeze:updateOutput(input)
  need.tensor(self, input, 'input')
  local pos = self.pos
  if self.numInputDims then pos = pos + input:dim() - self.numInputDims end
  if pos < 1 or pos > input:dim() + 1 then
    F.raise('nn.Unsqueeze: place %d does not exist in %s', self.pos, F.describe(input))
  end
  nn.utils.addSingletonDimension(self.output, input, pos)
  return self.output
end

function Unsqueeze:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput:set(gradOutput:contiguous():viewAs(input))
  return self.gradInput
end

function Unsqueeze:__tostring__()
  return ('%s(dim %d)'):format(torch.type(self), self.pos)
end
