-- nn.AddConstant(constant_scalar, [ip = false]): x + constant_scalar, in place when ip is true.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local AddConstant, parent = torch.class('nn.AddConstant', 'nn.Module')

function AddConstant:__init(constant_scalar, ip)
  parent.__init(self)
  need.number(self, constant_scalar, 'constant')
  self.constant_scalar = constant_scalar
  self.inplace = ip or false
end

function AddConstant:updateOutput(input)
  need.tensor(self, input, 'input')
  if self.inplace then self.output:set(input) end
  self.output:add(input, self.constant_scalar)
  return self.output
end

function AddConstant:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  if self.inplace then
    self.gradInput:set(gradOutput)
    input:add(-self.constant_scalar) -- the input as it was before forward
  else
    self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  end
  return self.gradInput
end
