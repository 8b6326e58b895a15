-- nn.ModuleFromCriterion: a criterion as a module. The input is {prediction, target}, the output a
-- tensor of one element, the loss. The gradient of the target is 0.

local F = require 'torch.ffi'
local nesting = require 'nngraph.nesting'

local torch = torch

local ModuleFromCriterion, parent = torch.class('nn.ModuleFromCriterion', 'nn.Module')

function ModuleFromCriterion:__init(criterion)
  parent.__init(self)
  if not torch.isTypeOf(criterion, 'nn.Criterion') then
    F.raise('nn.ModuleFromCriterion: expected a criterion, got %s', torch.type(criterion))
  end
  self.criterion = criterion
  self.output = torch.Tensor(1)
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

local function check_input(input)
  if type(input) ~= 'table' or input[1] == nil or input[2] == nil then
    F.raise('nn.ModuleFromCriterion: expected a table of prediction and target as input, got %s',
      F.describe(input))
  end
end

function ModuleFromCriterion:updateOutput(input)
  check_input(input)
  self.output:resize(1):fill(self.criterion:updateOutput(input[1], input[2]))
  return self.output
end

function ModuleFromCriterion:updateGradInput(input, gradOutput)
  check_input(input)
  local gradient = self.criterion:updateGradInput(input[1], input[2])
  local gradInput = self.gradInput
  gradInput[1] = nesting.scaled(gradInput[1], gradient, gradOutput[1])
  gradInput[2] = type(input[2]) ~= 'number' and nesting.zeros(gradInput[2], input[2]) or nil
  return gradInput
end

function ModuleFromCriterion:clearState()
  self.gradInput = {torch.Tensor():type(self._type), torch.Tensor():type(self._type)}
  self.output:set()
  return self
end
