-- nn.CAdd(size1, size2, ...) or (sizes): adds a bias to each element. The bias has the sizes of a
-- sample, or of the whole input with 1 where it is shared along a dimension.
-- Shapes: [size1 size2 ...] or [n size1 size2 ...] -> the same.

local broadcast = require 'nn.broadcast'
local need = require 'nn.need'

local torch = torch

local CAdd, parent = torch.class('nn.CAdd', 'nn.Module')

function CAdd:__init(...)
  parent.__init(self)
  self.size = broadcast.sizes(self, ...)
  self.bias = torch.Tensor(self.size)
  self.gradBias = torch.Tensor(self.size):zero()
  self:reset()
end

--- Uniform biases in +-stdv * sqrt(3), by default +-1 / sqrt(elements).
function CAdd:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.bias:nElement())
  self.bias:uniform(-stdv, stdv)
end

function CAdd:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:add(input, 1, broadcast.view(self, self.bias, input))
  return self.output
end

function CAdd:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  if not self.gradInput then return nil end
  self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  return self.gradInput
end

function CAdd:accGradParameters(input, gradOutput, scale)
  need.gradient(self, input, gradOutput)
  broadcast.accumulate(self, self.gradBias, gradOutput, scale or 1)
end
