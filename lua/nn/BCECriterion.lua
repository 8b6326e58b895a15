-- nn.BCECriterion([weights], [sizeAverage = true]): -(t log(x) + (1 - t) log(1 - x)) for
-- probabilities x and targets t in [0, 1], with optional weights for the elements of a sample; the
-- mean over all elements, or the sum.
-- Shapes: input and target [n k] or [k], weights [k] -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local BCECriterion, parent = torch.class('nn.BCECriterion', 'nn.Criterion')

function BCECriterion:__init(weights, sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  if weights ~= nil then
    if not torch.isTensor(weights) or weights:dim() ~= 1 then
      raise('nn.BCECriterion: weights must be a 1D tensor, got %s', F.describe(weights))
    end
    self.weights = weights
  end
end

function BCECriterion:updateOutput(input, target)
  need.tensor(self, input, 'input')
  need.tensor(self, target, 'target')
  check(C.lt_bce(F.out, input, target, self.weights, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function BCECriterion:updateGradInput(input, target)
  need.tensor(self, input, 'input')
  need.tensor(self, target, 'target')
  local gradInput = self.gradInput
  check(C.lt_bce_grad(gradInput, input, target, self.weights, self.sizeAverage and 1 or 0))
  return gradInput
end
