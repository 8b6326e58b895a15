-- nn.MultiLabelMarginCriterion(): for scores [n classes] or [classes] and targets of the same
-- sizes, which list the classes of a sample up to a 0, the sum over targets j and other classes k
-- of max(0, 1 - x[j] + x[k]), divided by the number of classes; the mean over the batch, or the
-- sum.
-- Shapes: input and target [n classes] or [classes] -> number.

local F = require 'torch.ffi'
local targets = require 'nn.targets'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local MultiLabelMarginCriterion, parent = torch.class('nn.MultiLabelMarginCriterion',
  'nn.Criterion')

function MultiLabelMarginCriterion:__init()
  parent.__init(self)
  self.sizeAverage = true
  self.isTarget = torch.Tensor() -- Torch7 needs it in files
end

function MultiLabelMarginCriterion:updateOutput(input, target)
  local long = targets.long(self, target, input)
  check(C.lt_multilabelmargin(F.out, input, long, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function MultiLabelMarginCriterion:updateGradInput(input, target)
  local long = targets.long(self, target, input)
  local gradInput = self.gradInput
  check(C.lt_multilabelmargin_grad(gradInput, input, long, self.sizeAverage and 1 or 0))
  return gradInput
end
