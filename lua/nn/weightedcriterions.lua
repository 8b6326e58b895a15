-- What nn.ParallelCriterion and nn.MultiCriterion share: a list of criterions with weights.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local weighted = {}

--- Starts the lists of a criterion.
function weighted.init(self)
  self.criterions = {}
  self.weights = {}
end

--- Adds a criterion with a weight (default 1) to the sum.
function weighted.add(self, criterion, weight)
  if not torch.isTypeOf(criterion, 'nn.Criterion') then
    raise('%s:add: expected a criterion, got %s', torch.type(self), torch.type(criterion))
  end
  self.criterions[#self.criterions + 1] = criterion
  self.weights[#self.criterions] = weight or 1
  return self
end

return weighted
