-- nn.DistanceRatioCriterion([sizeAverage = true]): for distances {same, different} of pairs of the
-- same and of different classes, -log(exp(-same) / (exp(-same) + exp(-different))); the mean over
-- all pairs, or the sum. There is no target. Hoffer and Ailon 2015, Deep metric learning using
-- triplet network.
-- Shapes: input {[n], [n]} -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local C, check = F.C, F.check
local torch = torch

local DistanceRatioCriterion, parent = torch.class('nn.DistanceRatioCriterion', 'nn.Criterion')

function DistanceRatioCriterion:__init(sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

function DistanceRatioCriterion:updateOutput(input)
  need.tensors(self, input, 2, true)
  check(C.lt_distanceratio(F.out, input[1], input[2], nil, 0, 0, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function DistanceRatioCriterion:updateGradInput(input)
  need.tensors(self, input, 2, true)
  local gradInput = self.gradInput
  check(C.lt_distanceratio_grad(gradInput[1], input[1], input[2], nil, 0, 0,
    self.sizeAverage and 1 or 0))
  check(C.lt_neg(gradInput[2], gradInput[1]))
  return gradInput
end

DistanceRatioCriterion.type = nn.CosineEmbeddingCriterion.type
