-- nn.Mul(): w x for all elements, with one learned number w, weight [1].
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local Mul, parent = torch.class('nn.Mul', 'nn.Module')

function Mul:__init()
  parent.__init(self)
  self.weight = torch.Tensor(1)
  self.gradWeight = torch.Tensor(1):zero()
  self:reset()
end

--- A weight uniform in +-stdv * sqrt(3), by default +-1.
function Mul:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1
  self.weight:uniform(-stdv, stdv)
end

function Mul:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:mul(input, self.weight[1])
  return self.output
end

function Mul:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  self.gradInput:mul(gradOutput, self.weight[1])
  return self.gradInput
end

function Mul:accGradParameters(input, gradOutput, scale)
  need.elements(self, input, gradOutput)
  self.gradWeight:add((scale or 1) * input:dot(gradOutput))
end
