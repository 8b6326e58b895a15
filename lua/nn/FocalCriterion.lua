-- nn.FocalCriterion([gamma = 2], [weights], [sizeAverage = true], [ignoreIndex = -100]): for scores
-- [n classes], [classes] or [n classes h w], normalised by nn.LogSoftMax here, and targets 1 ..
-- classes, -weights[target] (1 - p)^gamma log p with the target's probability p; the mean
-- (weighted) or the sum. An addition to Torch7. Lin et al. 2017, Focal loss for dense object
-- detection.
-- Shapes: input [n classes], [classes] or [n classes h w], target [n], a number or [n h w] ->
-- number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local FocalCriterion, parent = torch.class('nn.FocalCriterion', 'nn.Criterion')

function FocalCriterion:__init(gamma, weights, sizeAverage, ignoreIndex)
  parent.__init(self)
  gamma = gamma or 2
  need.number(self, gamma, 'gamma')
  if gamma ~= gamma or gamma < 0 then
    F.raise('nn.FocalCriterion: gamma must be 0 or more, got %s', gamma)
  end
  self.lsm = nn.LogSoftMax()
  self.nll = nn.SoftNLLCriterion(gamma, 0, weights, sizeAverage, ignoreIndex)
end

function FocalCriterion:updateOutput(input, target)
  need.tensor(self, input, 'input')
  if input.ndim == 3 then
    F.raise('nn.FocalCriterion: expected [n classes], [classes] or [n classes h w], got %s',
      F.describe(input))
  end
  self.output = self.nll:updateOutput(self.lsm:updateOutput(input), target)
  return self.output
end

function FocalCriterion:updateGradInput(input, target)
  local gradient = self.nll:updateGradInput(self.lsm.output, target)
  self.gradInput:set(self.lsm:updateGradInput(input, gradient))
  return self.gradInput
end
