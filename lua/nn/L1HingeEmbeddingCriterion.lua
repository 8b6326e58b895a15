-- nn.L1HingeEmbeddingCriterion([margin = 1]): for two inputs {x1, x2} with the distance d = sum of
-- |x1 - x2|, d where the target, a number, is 1 and max(0, margin - d) where it is -1. The gradient
-- is 0 where x1 = x2; Torch7 picks 1 or -1 there at random.
-- Shapes: input {any, the same}, target a number -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local L1Hinge, parent = torch.class('nn.L1HingeEmbeddingCriterion', 'nn.Criterion')

function L1Hinge:__init(margin)
  parent.__init(self)
  self.margin = margin or 1
  need.number(self, self.margin, 'margin')
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

-- 1 or -1, and the distance; gradInput[1] is x1 - x2.
local function distance(self, input, target)
  need.tensors(self, input, 2, true)
  local y = target
  if F.is_tensor(y) and y:nElement() == 1 then y = y:sum() end
  if y ~= 1 and y ~= -1 then
    raise('nn.L1HingeEmbeddingCriterion: expected 1 or -1 as target, got %s',
      type(y) == 'number' and y or F.describe(y))
  end
  if input[1]:nElement() ~= input[2]:nElement() then
    raise('nn.L1HingeEmbeddingCriterion: the inputs %s and %s differ in size',
      F.describe(input[1]), F.describe(input[2]))
  end
  local difference = self.gradInput[1]
  check(C.lt_csub(difference, input[1], input[2], 1))
  return y, difference:norm(1)
end

function L1Hinge:updateOutput(input, target)
  local y, d = distance(self, input, target)
  self.output = y == 1 and d or math.max(0, self.margin - d)
  return self.output
end

function L1Hinge:updateGradInput(input, target)
  local y, d = distance(self, input, target)
  local first, second = self.gradInput[1], self.gradInput[2]
  first:sign(first)
  if y == -1 then first:mul(d > self.margin and 0 or -1) end
  check(C.lt_neg(second, first))
  return self.gradInput
end

L1Hinge.type = nn.CosineEmbeddingCriterion.type
