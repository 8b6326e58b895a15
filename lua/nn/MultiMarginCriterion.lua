-- nn.MultiMarginCriterion([p = 1], [weights], [margin = 1]): for scores [n classes] or [classes]
-- and targets 1 .. classes, the sum over the other classes k of max(0, margin - x[target] +
-- x[k])^p, times weights[target] / classes; the mean over the batch, or the sum.
-- Shapes: input [n classes] and target [n], or input [classes] and a number; weights [classes] ->
-- number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local targets = require 'nn.targets'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local MultiMarginCriterion, parent = torch.class('nn.MultiMarginCriterion', 'nn.Criterion')

function MultiMarginCriterion:__init(p, weights, margin)
  parent.__init(self)
  if p ~= nil and p ~= 1 and p ~= 2 then
    raise('nn.MultiMarginCriterion: p must be 1 or 2, got %s', tostring(p))
  end
  self.p = p or 1
  self.margin = margin or 1
  need.number(self, self.margin, 'margin')
  self.sizeAverage = true
  if weights ~= nil then
    if not torch.isTensor(weights) or weights:dim() ~= 1 then
      raise('nn.MultiMarginCriterion: weights must be a 1D tensor, got %s', F.describe(weights))
    end
    self.weights = weights
  end
end

function MultiMarginCriterion:updateOutput(input, target)
  local long = targets.long(self, target, input)
  check(C.lt_multimargin(F.out, input, long, self.weights, self.p, self.margin or 1,
    self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function MultiMarginCriterion:updateGradInput(input, target)
  local long = targets.long(self, target, input)
  local gradInput = self.gradInput
  check(C.lt_multimargin_grad(gradInput, input, long, self.weights, self.p, self.margin or 1,
    self.sizeAverage and 1 or 0))
  return gradInput
end
