-- nn.CriterionTable(criterion): a module that gives the criterion's value for an input {x, target}.
-- gradInput is {gradient of x}; gradOutput is not used, since the output is a number.
-- Shapes: {input, target} as the criterion says -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local torch = torch

local CriterionTable, parent = torch.class('nn.CriterionTable', 'nn.Module')

function CriterionTable:__init(criterion)
  parent.__init(self)
  if not torch.isTypeOf(criterion, 'nn.Criterion') then
    F.raise('nn.CriterionTable: expected a criterion, got %s', torch.type(criterion))
  end
  self.criterion = criterion
  self.gradInput = {criterion.gradInput}
end

function CriterionTable:updateOutput(input)
  need.table(self, input, 'input', 1)
  self.output = self.criterion:updateOutput(input[1], input[2])
  return self.output
end

function CriterionTable:updateGradInput(input)
  need.table(self, input, 'input', 1)
  if type(self.gradInput) ~= 'table' then self.gradInput = {} end
  self.gradInput[1] = self.criterion:updateGradInput(input[1], input[2])
  return self.gradInput
end
