-- nn.ParallelCriterion([repeatTarget = false]): the sum of weight times criterion_i(x_i, t_i) over
-- the criterions added; with repeatTarget all get the same target.
-- Shapes: input {x1, x2, ...} and target {t1, t2, ...} as the criterions say -> number.

local need = require 'nn.need'
local weighted = require 'nn.weightedcriterions'
local nn = require 'nn'

local torch = torch

local ParallelCriterion, parent = torch.class('nn.ParallelCriterion', 'nn.Criterion')

function ParallelCriterion:__init(repeatTarget)
  parent.__init(self)
  weighted.init(self)
  self.gradInput = {}
  self.repeatTarget = repeatTarget
end

ParallelCriterion.add = weighted.add

local function check_tables(self, input, target)
  need.table(self, input, 'input', #self.criterions)
  if not self.repeatTarget then need.table(self, target, 'target', #self.criterions) end
end

function ParallelCriterion:updateOutput(input, target)
  check_tables(self, input, target)
  self.output = 0
  for i, criterion in ipairs(self.criterions) do
    local t = self.repeatTarget and target or target[i]
    self.output = self.output + self.weights[i] * criterion:updateOutput(input[i], t)
  end
  return self.output
end

function ParallelCriterion:updateGradInput(input, target)
  check_tables(self, input, target)
  local g = self.gradInput
  for i = 1, #g do -- of an input of another type
    if torch.type(g[i]) ~= torch.type(input[i]) then g[i] = nil end
  end
  g = nn.utils.recursiveResizeAs(g, input)
  self.gradInput = g
  nn.utils.recursiveFill(g, 0)
  for i, criterion in ipairs(self.criterions) do
    local t = self.repeatTarget and target or target[i]
    nn.utils.recursiveAdd(g[i], self.weights[i], criterion:updateGradInput(input[i], t))
  end
  return g
end

function ParallelCriterion:type(type_name, tensorCache)
  if not type_name then return self.criterions[1] and self.criterions[1]:type() end
  self.gradInput = {}
  return parent.type(self, type_name, tensorCache)
end
