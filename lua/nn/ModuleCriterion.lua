-- nn.ModuleCriterion(criterion, [inputModule], [targetModule], [castTarget = true]): the criterion
-- of inputModule's and targetModule's outputs. The modules' parameters get no gradients. Without
-- castTarget, type() leaves targetModule as it is.
-- Shapes: input and target as the modules say -> number.

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local ModuleCriterion, parent = torch.class('nn.ModuleCriterion', 'nn.Criterion')

local function check_class(x, class, what)
  if not torch.isTypeOf(x, class) then
    F.raise('nn.ModuleCriterion: expected %s as %s, got %s', class, what, F.describe(x))
  end
end

function ModuleCriterion:__init(criterion, inputModule, targetModule, castTarget)
  parent.__init(self)
  check_class(criterion, 'nn.Criterion', 'criterion')
  if inputModule then check_class(inputModule, 'nn.Module', 'input module') end
  if targetModule then check_class(targetModule, 'nn.Module', 'target module') end
  self.criterion = criterion
  self.inputModule = inputModule
  self.targetModule = targetModule
  self.castTarget = castTarget ~= false
end

function ModuleCriterion:updateOutput(input, target)
  self.input = self.inputModule and self.inputModule:forward(input) or input
  self.target = self.targetModule and self.targetModule:forward(target) or target
  self.output = self.criterion:forward(self.input, self.target)
  return self.output
end

function ModuleCriterion:updateGradInput(input)
  if self.input == nil then F.raise('nn.ModuleCriterion: backward before forward') end
  local gradient = self.criterion:backward(self.input, self.target)
  if self.inputModule then gradient = self.inputModule:updateGradInput(input, gradient) end
  self.gradInput = gradient
  return gradient
end

--- Converts every tensor of the criterion to a type, or returns the type in use.
function ModuleCriterion:type(type_name, tensorCache)
  if not type_name then return self.criterion:type() end
  local kept
  if not self.castTarget then kept, self.targetModule = self.targetModule, nil end
  parent.type(self, type_name, tensorCache)
  self.targetModule = self.targetModule or kept
  return self
end
