-- nn.MulConstant(constant_scalar, [ip = false]): x * constant_scalar, in place when ip is true.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local MulConstant, parent = torch.class('nn.MulConstant', 'nn.Module')

function MulConstant:__init(constant_scalar, ip)
  parent.__init(self)
  need.number(self, constant_scalar, 'constant')
  self.constant_scalar = constant_scalar
  self.inplace = ip or false
end

function MulConstant:updateOutput(input)
  need.tensor(self, input, 'input')
  if self.inplace then self.output:set(input) end
  self.output:mul(input, self.constant_scalar)
  return self.output
end

function MulConstant:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  if not self.gradInput then return nil end
  if self.inplace then
    self.gradInput:set(gradOutput)
    input:div(self.constant_scalar) -- the input as it was before forward
  end
  self.gradInput:mul(gradOutput, self.constant_scalar)
  return self.gradInput
end
