-- nn.MarginRankingCriterion([margin = 1]): max(0, margin - t (x1 - x2)) for scores {x1, x2} and
-- targets t: 1 where x1 should be the higher one, -1 where x2 should; the mean over all elements,
-- or the sum.
-- Shapes: input {[n], [n]} and target [n], or {[1], [1]} and a number -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local pair = require 'nn.pairtarget'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local MarginRankingCriterion, parent = torch.class('nn.MarginRankingCriterion', 'nn.Criterion')

function MarginRankingCriterion:__init(margin)
  parent.__init(self)
  self.margin = margin or 1
  need.number(self, self.margin, 'margin')
  self.gradInput = {torch.Tensor(), torch.Tensor()}
  self.difference = torch.Tensor()
  self.sizeAverage = true
end

-- x1 - x2, and the target.
local function compare(self, input, target)
  local x1, x2, y = pair.checked(self, input, target)
  if x1:nElement() ~= x2:nElement() then
    raise('nn.MarginRankingCriterion: the inputs %s and %s differ in size', F.describe(x1),
      F.describe(x2))
  end
  local difference = self.difference or x1.new()
  self.difference = difference
  check(C.lt_csub(difference, x1, x2, 1))
  return difference, y
end

function MarginRankingCriterion:updateOutput(input, target)
  local difference, y = compare(self, input, target)
  check(C.lt_rankingloss(F.out, difference, y, nil, self.margin, 0, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function MarginRankingCriterion:updateGradInput(input, target)
  local difference, y = compare(self, input, target)
  local gradInput = self.gradInput
  check(C.lt_rankingloss_grad(gradInput[1], difference, y, nil, self.margin, 0,
    self.sizeAverage and 1 or 0))
  check(C.lt_neg(gradInput[2], gradInput[1]))
  return gradInput
end

MarginRankingCriterion.type = nn.CosineEmbeddingCriterion.type
