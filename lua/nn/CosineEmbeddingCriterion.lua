-- nn.CosineEmbeddingCriterion([margin = 0]): for two inputs {[n d], [n d]} or {[d], [d]} and
-- targets t, 1 - cos(x1, x2) where t is 1 and max(0, cos(x1, x2) - margin) where t is -1; the mean
-- over the batch, or the sum.
-- Shapes: input {[n d], [n d]} and target [n], or {[d], [d]} and a number -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local pair = require 'nn.pairtarget'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local CosineEmbeddingCriterion, parent = torch.class('nn.CosineEmbeddingCriterion', 'nn.Criterion')

function CosineEmbeddingCriterion:__init(margin)
  parent.__init(self)
  self.margin = margin or 0
  need.number(self, self.margin, 'margin')
  self.gradInput = {torch.Tensor(), torch.Tensor()}
  self.sizeAverage = true
end

function CosineEmbeddingCriterion:updateOutput(input, target)
  local x1, x2, y = pair.checked(self, input, target)
  check(C.lt_cosineembedding(F.out, x1, x2, y, self.margin, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function CosineEmbeddingCriterion:updateGradInput(input, target)
  local x1, x2, y = pair.checked(self, input, target)
  local gradInput = self.gradInput
  check(C.lt_cosineembedding_grad(gradInput[1], gradInput[2], x1, x2, y, self.margin,
    self.sizeAverage and 1 or 0))
  return gradInput
end

--- Converts every tensor of the criterion to a type, or returns the type in use.
function CosineEmbeddingCriterion:type(type_name, tensorCache)
  if not type_name then return self.gradInput[1]:type() end
  return parent.type(self, type_name, tensorCache)
end
