-- nn.SoftNLLCriterion([gamma = 0], [smoothing = 0], [weights], [sizeAverage = true],
-- [ignoreIndex = -100]): nn.ClassNLLCriterion with the focal factor (1 - p)^gamma of the target's
-- probability p, and with label smoothing: the target counts 1 - smoothing, and every class
-- smoothing / classes. The gradients are those of the log-probabilities. An addition to Torch7. Lin
-- et al. 2017, Focal loss for dense object detection; Szegedy et al. 2016, Rethinking the Inception
-- architecture.
-- Shapes: input [n classes], [classes] or [n classes h w], target [n], a number or [n h w] ->
-- number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local targets = require 'nn.targets'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local SoftNLLCriterion, parent = torch.class('nn.SoftNLLCriterion', 'nn.ClassNLLCriterion')

function SoftNLLCriterion:__init(gamma, smoothing, weights, sizeAverage, ignoreIndex)
  parent.__init(self, weights, sizeAverage, ignoreIndex)
  self.gamma, self.smoothing = gamma or 0, smoothing or 0
  need.number(self, self.gamma, 'gamma')
  need.number(self, self.smoothing, 'smoothing')
  if not (self.gamma >= 0 and self.smoothing >= 0 and self.smoothing <= 1) then
    F.raise('nn.SoftNLLCriterion: expected gamma >= 0 and smoothing in [0, 1], got %s and %s',
      self.gamma, self.smoothing)
  end
end

function SoftNLLCriterion:updateOutput(input, target)
  local long = targets.long(self, target, input)
  check(C.lt_softnll(F.out, input, long, self.weights, self.sizeAverage and 1 or 0,
    self.ignoreIndex, self.gamma, self.smoothing))
  self.output = F.out[0]
  self.total_weight = F.out[1]
  return self.output
end

function SoftNLLCriterion:updateGradInput(input, target)
  local long = targets.long(self, target, input)
  local gradInput = self.gradInput
  check(C.lt_softnll_grad(gradInput, input, long, self.weights, self.sizeAverage and 1 or 0,
    self.ignoreIndex, self.total_weight or 1, self.gamma, self.smoothing))
  return gradInput
end
