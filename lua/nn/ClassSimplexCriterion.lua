-- nn.ClassSimplexCriterion(nClasses): nn.MSECriterion of inputs [n nClasses] or [nClasses] and the
-- corners of a regular simplex that belong to the target classes, unit vectors that are equally far
-- from each other; the last element of a corner is 0.
-- Shapes: input [n nClasses] and target [n], or input [nClasses] and a number -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local targets = require 'nn.targets'
require 'nn'

local raise = F.raise
local torch = torch

local ClassSimplexCriterion, parent = torch.class('nn.ClassSimplexCriterion', 'nn.MSECriterion')

-- [n + 1, n]: n + 1 unit vectors with products -1/n. Vector k is 0 beyond element k, and from
-- vector k + 1 on all have the same element k.
local function simplex(n)
  local a = torch.zeros(n + 1, n)
  local length = 0 -- squared, of the elements before k
  for k = 1, n do
    local diagonal = math.sqrt(1 - length)
    local below = (-1 / n - length) / diagonal
    a[k][k] = diagonal
    a:narrow(1, k + 1, n + 1 - k):select(2, k):fill(below)
    length = length + below * below
  end
  return a
end

function ClassSimplexCriterion:__init(nClasses)
  parent.__init(self)
  need.size(self, nClasses, 'number of classes')
  if nClasses < 2 then raise('nn.ClassSimplexCriterion: needs 2 classes or more, got 1') end
  self.nClasses = nClasses
  self.simplex = torch.zeros(nClasses, nClasses)
  self.simplex:narrow(2, 1, nClasses - 1):copy(simplex(nClasses - 1))
  self._target = torch.Tensor(nClasses)
end

-- The corners of the target classes, of the sizes of input.
local function corners(self, input, target)
  local long = targets.long(self, target, input)
  local n, classes = long:nElement(), self.nClasses
  if input:nElement() ~= n * classes or input:size(input:dim()) ~= classes or input:dim() > 2 then
    raise('nn.ClassSimplexCriterion: expected an input of %d x %d or %d elements, got %s', n,
      classes, classes, F.describe(input))
  end
  if long:min() < 1 or long:max() > classes then
    local flat = long:contiguous():view(-1)
    for i = 1, n do
      if flat[i] < 1 or flat[i] > classes then
        raise('nn.ClassSimplexCriterion: target %d at position %d is out of range [1, %d]',
          tonumber(flat[i]), i, classes)
      end
    end
  end
  self._target:index(self.simplex, 1, long)
  return self._target
end

function ClassSimplexCriterion:updateOutput(input, target)
  return parent.updateOutput(self, input, corners(self, input, target))
end

function ClassSimplexCriterion:updateGradInput(input, target)
  return parent.updateGradInput(self, input, corners(self, input, target))
end

--- Products of an input [n nClasses] or [nClasses] with every corner, [n nClasses].
function ClassSimplexCriterion:getPredictions(input)
  need.tensor(self, input, 'input')
  if input:dim() == 1 then input = input:view(1, -1) end
  return torch.mm(input, self.simplex:t())
end

--- The class of the corner nearest to each input, a LongTensor [n].
function ClassSimplexCriterion:getTopPrediction(input)
  local _, class = self:getPredictions(input):max(2)
  return class:view(-1)
end
