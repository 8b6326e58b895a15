-- nn.FlattenTable(): a nested table of tensors as a flat one.
-- Shapes: {a, {b, {c}}} -> {a, b, c}.

local need = require 'nn.need'

local torch = torch

local FlattenTable, parent = torch.class('nn.FlattenTable', 'nn.Module')

function FlattenTable:__init()
  parent.__init(self)
  self.output = {}
  self.gradInput = {}
end

local function flatten(output, value)
  if type(value) ~= 'table' then
    output[#output + 1] = value
    return
  end
  for i = 1, #value do flatten(output, value[i]) end
end

-- The nesting of `value` filled with the entries of `list` from place `at` on.
local function unflatten(list, value, at)
  if type(value) ~= 'table' then return list[at], at + 1 end
  local out = {}
  for i = 1, #value do out[i], at = unflatten(list, value[i], at) end
  return out, at
end

function FlattenTable:updateOutput(input)
  need.table(self, input, 'input', 0)
  self.output = {}
  flatten(self.output, input)
  return self.output
end

function FlattenTable:updateGradInput(input, gradOutput)
  need.table(self, gradOutput, 'gradOutput', 0)
  self.gradInput = unflatten(gradOutput, input, 1)
  return self.gradInput
end
