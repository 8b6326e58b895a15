-- nn.ClassNLLCriterion([weights], [sizeAverage = true], [ignoreIndex = -100]): -weights[target] *
-- input[target] for log-probabilities [n classes] or [classes] and targets 1 .. classes; the mean
-- over the batch (weighted) or the sum. Targets equal to ignoreIndex (default -100) do not count.
-- Shapes: input [n classes] and target [n], or input [classes] and a number; weights [classes] ->
-- number.

local F = require 'torch.ffi'
local targets = require 'nn.targets'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local ClassNLLCriterion, parent = torch.class('nn.ClassNLLCriterion', 'nn.Criterion')

function ClassNLLCriterion:__init(weights, sizeAverage, ignoreIndex)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  self.ignoreIndex = ignoreIndex or -100
  if weights ~= nil then
    if not torch.isTensor(weights) or weights:dim() ~= 1 then
      raise('nn.ClassNLLCriterion: weights must be a 1D tensor, got %s', F.describe(weights))
    end
    self.weights = weights
  end
  self.output_tensor = torch.zeros(1)
  self.total_weight_tensor = torch.ones(1)
  self.target = torch.zeros(1):long()
end

function ClassNLLCriterion:updateOutput(input, target)
  local long = targets.long(self, target, input)
  check(C.lt_nll(F.out, input, long, self.weights, self.sizeAverage and 1 or 0, self.ignoreIndex))
  self.output = F.out[0]
  self.total_weight = F.out[1]
  return self.output
end

function ClassNLLCriterion:updateGradInput(input, target)
  local long = targets.long(self, target, input)
  local gradInput = self.gradInput
  check(C.lt_nll_grad(gradInput, input, long, self.weights, self.sizeAverage and 1 or 0,
    self.ignoreIndex, self.total_weight or 1))
  return gradInput
end
