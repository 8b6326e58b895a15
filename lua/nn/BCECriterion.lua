-- nn.BCECriterion: -(t log(x) + (1 - t) log(1 - x)) for probabilities x and targets t in [0, 1],
-- with optional weights for the elements of a sample; the mean over all elements, or the sum.

local F = require 'torch.ffi'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local BCECriterion, parent = torch.class('nn.BCECriterion', 'nn.Criterion')

function BCECriterion:__init(weights, sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  if weights ~= nil then
    if not torch.isTensor(weights) or weights:dim() ~= 1 then
      error('nn.BCECriterion: weights must be a 1D tensor, got ' .. F.describe(weights), 3)
    end
    self.weights = weights
  end
end

function BCECriterion:updateOutput(input, target)
  check(C.lt_bce(F.out, input, target, self.weights, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function BCECriterion:updateGradInput(input, target)
  local gradInput = self.gradInput
  check(C.lt_bce_grad(gradInput, input, target, self.weights, self.sizeAverage and 1 or 0))
  return gradInput
end
