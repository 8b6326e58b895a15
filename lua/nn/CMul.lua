-- nn.CMul(size1, size2, ...) or (sizes): multiplies each element by a weight. The weight has the
-- sizes of a sample, or of the whole input with 1 where it is shared along a dimension.
-- Shapes: [size1 size2 ...] or [n size1 size2 ...] -> the same.

local broadcast = require 'nn.broadcast'
local need = require 'nn.need'

local torch = torch

local CMul, parent = torch.class('nn.CMul', 'nn.Module')

function CMul:__init(...)
  parent.__init(self)
  self.size = broadcast.sizes(self, ...)
  self.weight = torch.Tensor(self.size)
  self.gradWeight = torch.Tensor(self.size):zero()
  self:reset()
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(elements).
function CMul:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:nElement())
  self.weight:uniform(-stdv, stdv)
end

function CMul:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:cmul(input, broadcast.view(self, self.weight, input))
  return self.output
end

function CMul:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  if not self.gradInput then return nil end
  self.gradInput:cmul(gradOutput, broadcast.view(self, self.weight, gradOutput))
  return self.gradInput
end

function CMul:accGradParameters(input, gradOutput, scale)
  need.gradient(self, input, gradOutput)
  self._product = self._product or input.new()
  self._product:cmul(input, gradOutput)
  broadcast.accumulate(self, self.gradWeight, self._product, scale or 1)
end

function CMul:clearState()
  self._product = nil
  return parent.clearState(self)
end
