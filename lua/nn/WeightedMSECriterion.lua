-- nn.WeightedMSECriterion(w): (x - w t)^2, with the weights w for the elements of a target, or of
-- every sample of a batch of targets; the mean over all elements, or the sum.
-- Shapes: input and target [n k] or [k], w [k] -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local WeightedMSECriterion, parent = torch.class('nn.WeightedMSECriterion', 'nn.MSECriterion')

function WeightedMSECriterion:__init(w)
  parent.__init(self)
  need.tensor(self, w, 'weights')
  self.weight = w:clone()
  self.buffer = torch.Tensor()
end

-- w t, of the sizes of input.
local function weighted(self, input, target)
  need.tensor(self, input, 'input')
  need.tensor(self, target, 'target')
  local n = self.weight:nElement()
  if target:nElement() ~= input:nElement() or n == 0 or input:nElement() % n ~= 0
    or input.ndim < self.weight.ndim then
    F.raise('nn.WeightedMSECriterion: weights %s do not fit input %s and target %s',
      F.describe(self.weight), F.describe(input), F.describe(target))
  end
  local buffer = self.buffer or input.new()
  self.buffer = buffer
  check(C.lt_cmul(buffer, target, self.weight))
  return buffer
end

function WeightedMSECriterion:updateOutput(input, target)
  return parent.updateOutput(self, input, weighted(self, input, target))
end

function WeightedMSECriterion:updateGradInput(input, target)
  return parent.updateGradInput(self, input, weighted(self, input, target))
end
