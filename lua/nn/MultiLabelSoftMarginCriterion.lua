-- nn.MultiLabelSoftMarginCriterion([weights], [sizeAverage = true]): -(t log p + (1 - t) log(1 -
-- p)) with p = sigmoid(x), for scores x and targets t in [0, 1], with optional weights for the
-- elements of a sample; the mean over all elements, or the sum.
-- Shapes: input and target [n k] or [k], weights [k] -> number.

local F = require 'torch.ffi'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local class = require 'nn.difference'('MultiLabelSoftMarginCriterion', 'bcelogits',
  {fields = 'self.weights, 0, 0'})

local init = class.__init

function class:__init(weights, sizeAverage)
  init(self, sizeAverage)
  if weights ~= nil then
    if not torch.isTensor(weights) or weights:dim() ~= 1 then
      raise('nn.MultiLabelSoftMarginCriterion: weights must be a 1D tensor, got %s',
        F.describe(weights))
    end
    self.weights = weights
  end
  self.sigmoid = nn.Sigmoid() -- Torch7 needs it in files
end
