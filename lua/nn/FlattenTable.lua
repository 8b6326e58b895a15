-- nn.FlattenTable(): a nested table of tensors as a flat one.
-- Shapes: {a, {b, {c}}} -> {a, b, c}.
-- While the input has the same entries, output stays the same table, and so does input_map, the
-- nesting of the places of its entries.

local need = require 'nn.need'

local torch = torch

local FlattenTable, parent = torch.class('nn.FlattenTable', 'nn.Module')

function FlattenTable:__init()
  parent.__init(self)
  self.output = {}
  self.gradInput = {}
end

-- Adds the entries of `value` to output and returns the nesting of their places.
local function flatten(output, value)
  if type(value) ~= 'table' then
    output[#output + 1] = value
    return #output
  end
  local map = {}
  for i = 1, #value do map[i] = flatten(output, value[i]) end
  return map
end

-- Whether `map` and output are those of `value`.
local function describes(map, output, value)
  if type(value) ~= 'table' then return type(map) == 'number' and rawequal(output[map], value) end
  if type(map) ~= 'table' or #map ~= #value then return false end
  for i = 1, #value do
    if not describes(map[i], output, value[i]) then return false end
  end
  return true
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
  if not describes(self.input_map, self.output, input) then
    self.output = {}
    self.input_map = flatten(self.output, input)
  end
  return self.output
end

function FlattenTable:updateGradInput(input, gradOutput)
  need.table(self, gradOutput, 'gradOutput', 0)
  self.gradInput = unflatten(gradOutput, input, 1)
  return self.gradInput
end
