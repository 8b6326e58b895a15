-- nn.MultiCriterion(): the sum of weight times criterion(input, target) over the criterions added.
-- Shapes: input and target as the criterions say -> number.

local weighted = require 'nn.weightedcriterions'
local nn = require 'nn'

local torch = torch

local MultiCriterion, parent = torch.class('nn.MultiCriterion', 'nn.Criterion')

function MultiCriterion:__init()
  parent.__init(self)
  weighted.init(self)
end

MultiCriterion.add = weighted.add

function MultiCriterion:updateOutput(input, target)
  self.output = 0
  for i, criterion in ipairs(self.criterions) do
    self.output = self.output + self.weights[i] * criterion:updateOutput(input, target)
  end
  return self.output
end

function MultiCriterion:updateGradInput(input, target)
  self.gradInput = nn.utils.recursiveResizeAs(self.gradInput, input)
  nn.utils.recursiveFill(self.gradInput, 0)
  for i, criterion in ipairs(self.criterions) do
    nn.utils.recursiveAdd(self.gradInput, self.weights[i],
      criterion:updateGradInput(input, target))
  end
  return self.gradInput
end
