-- nn.Power(p): x^p for each element.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local Power, parent = torch.class('nn.Power', 'nn.Module')

function Power:__init(p)
  parent.__init(self)
  need.number(self, p, 'power')
  self.pow = p
end

function Power:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:pow(input, self.pow)
  return self.output
end

function Power:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  self.gradInput:pow(input, self.pow - 1):cmul(gradOutput):mul(self.pow)
  return self.gradInput
end
