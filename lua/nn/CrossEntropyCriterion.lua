-- nn.CrossEntropyCriterion([weights], [sizeAverage = true], [labelSmoothing]): nn.LogSoftMax
-- followed by nn.ClassNLLCriterion, for unnormalised scores. With labelSmoothing, an addition to
-- Torch7, nn.SoftNLLCriterion stands for the latter.
-- Shapes: input [n classes] and target [n], or input [classes] and a number; weights [classes] ->
-- number.

local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local CrossEntropyCriterion, parent = torch.class('nn.CrossEntropyCriterion', 'nn.Criterion')

function CrossEntropyCriterion:__init(weights, sizeAverage, labelSmoothing)
  parent.__init(self)
  self.lsm = nn.LogSoftMax()
  if labelSmoothing then
    self.nll = nn.SoftNLLCriterion(0, labelSmoothing, weights, sizeAverage)
  else
    self.nll = nn.ClassNLLCriterion(weights, sizeAverage)
  end
  self.sizeAverage = self.nll.sizeAverage
  self.oldSizeAverage = self.sizeAverage
end

-- A user may set either criterion's sizeAverage; a change of the outer one wins.
local function follow(self)
  if self.sizeAverage ~= self.oldSizeAverage then
    self.nll.sizeAverage = self.sizeAverage
  end
  self.sizeAverage = self.nll.sizeAverage
  self.oldSizeAverage = self.sizeAverage
end

-- Scores and targets without dimensions of size 1, except that of the classes.
local function squeezed(self, input, target)
  need.tensor(self, input, 'input')
  if input.ndim <= 2 then return input, target end
  input = input:squeeze()
  if torch.isTensor(target) then target = target:squeeze() end
  return input, target
end

function CrossEntropyCriterion:updateOutput(input, target)
  follow(self)
  input, target = squeezed(self, input, target)
  self.output = self.nll:updateOutput(self.lsm:updateOutput(input), target)
  return self.output
end

function CrossEntropyCriterion:updateGradInput(input, target)
  local given = input
  input, target = squeezed(self, input, target)
  local gradient = self.nll:updateGradInput(self.lsm.output, target)
  gradient = self.lsm:updateGradInput(input, gradient)
  if given == input then
    self.gradInput:set(gradient)
  else
    self.gradInput:view(gradient, given:size())
  end
  return self.gradInput
end
