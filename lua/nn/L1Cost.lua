-- nn.L1Cost(): the sum of |x| over all elements of the input. There is no target.
-- Shapes: any -> number.

local need = require 'nn.need'
require 'nn'

local torch = torch

local L1Cost = torch.class('nn.L1Cost', 'nn.Criterion')

function L1Cost:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output = input:norm(1)
  return self.output
end

function L1Cost:updateGradInput(input)
  need.tensor(self, input, 'input')
  return (self.gradInput:sign(input))
end
