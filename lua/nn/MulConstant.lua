-- nn.MulConstant: the product with a constant number, in place when ip is true.

local torch = torch

local MulConstant, parent = torch.class('nn.MulConstant', 'nn.Module')

function MulConstant:__init(constant_scalar, ip)
  parent.__init(self)
  if type(constant_scalar) ~= 'number' then
    error('nn.MulConstant: expected a number, got ' .. torch.type(constant_scalar), 3)
  end
  self.constant_scalar = constant_scalar
  self.inplace = ip or false
end

function MulConstant:updateOutput(input)
  if self.inplace then self.output:set(input) end
  self.output:mul(input, self.constant_scalar)
  return self.output
end

function MulConstant:updateGradInput(input, gradOutput)
  if not self.gradInput then return nil end
  if self.inplace then
    self.gradInput:set(gradOutput)
    input:div(self.constant_scalar) -- the input as it was before forward
  end
  self.gradInput:mul(gradOutput, self.constant_scalar)
  return self.gradInput
end
