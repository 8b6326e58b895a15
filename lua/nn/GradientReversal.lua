-- nn.GradientReversal([lambda = 1]): output = input, gradInput = -lambda gradOutput. Ganin and
-- Lempitsky, Unsupervised Domain Adaptation by Backpropagation, 2015.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local GradientReversal, parent = torch.class('nn.GradientReversal', 'nn.Module')

function GradientReversal:__init(lambda)
  parent.__init(self)
  self:setLambda(lambda or 1)
end

--- Sets the factor.
function GradientReversal:setLambda(lambda)
  need.number(self, lambda, 'lambda')
  self.lambda = lambda
end

function GradientReversal:updateOutput(input)
  need.tensor(self, input, 'input')
  return (self.output:set(input))
end

function GradientReversal:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  return (self.gradInput:mul(gradOutput, -self.lambda))
end
