-- nn.L1Penalty(l1weight, [sizeAverage = false], [provideOutput = true]): lets its input through and
-- adds the gradient of l1weight times the sum (with sizeAverage: mean) of |input|, which is kept in
-- `loss`, to that of the output. With provideOutput = false the output's gradient is left out.
-- Shapes: any -> the same.

local need = require 'nn.need'
require 'nn'

local torch = torch

local L1Penalty, parent = torch.class('nn.L1Penalty', 'nn.Module')

function L1Penalty:__init(l1weight, sizeAverage, provideOutput)
  parent.__init(self)
  need.number(self, l1weight, 'weight')
  self.l1weight = l1weight
  self.sizeAverage = sizeAverage or false
  self.provideOutput = provideOutput ~= false
end

local function factor(self, input)
  return self.sizeAverage and self.l1weight / input:nElement() or self.l1weight
end

function L1Penalty:updateOutput(input)
  need.tensor(self, input, 'input')
  self.loss = factor(self, input) * input:norm(1)
  self.output = input
  return input
end

function L1Penalty:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  if self.provideOutput then need.elements(self, input, gradOutput) end
  local gradInput = self.gradInput:sign(input):mul(factor(self, input))
  if self.provideOutput then gradInput:add(gradOutput) end
  return gradInput
end

function L1Penalty:clearState()
  self.output = self.gradInput.new() -- the old one is the input
  return parent.clearState(self)
end
