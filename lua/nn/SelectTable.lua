-- nn.SelectTable(index): one entry of a table, by index (negative from the end) or key.
-- Shapes: {a, b, ...} -> one of them.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local SelectTable, parent = torch.class('nn.SelectTable', 'nn.Module')

function SelectTable:__init(index)
  parent.__init(self)
  self.index = index
  self.gradInput = {}
end

local function key_of(self, input)
  need.table(self, input, 'input', 0)
  local index = self.index
  if type(index) == 'number' and index < 0 then index = #input + index + 1 end
  if input[index] == nil then
    raise('nn.SelectTable: the input has no entry %s', tostring(self.index))
  end
  return index
end

function SelectTable:updateOutput(input)
  self.output = input[key_of(self, input)]
  return self.output
end

-- Zeros of the shape of `value`, kept in `place` from call to call.
local function zeros(place, value)
  place = nn.utils.recursiveResizeAs(place, value)
  nn.utils.recursiveFill(place, 0)
  return place
end

function SelectTable:updateGradInput(input, gradOutput)
  local key = key_of(self, input)
  if F.is_tensor(input[key]) then need.elements(self, input[key], gradOutput, nil, 'entry') end
  for k, value in pairs(input) do
    if k == key then
      self.gradInput[k] = nn.utils.recursiveCopy(self.gradInput[k], gradOutput)
    else
      self.gradInput[k] = zeros(self.gradInput[k], value)
    end
  end
  for k in pairs(self.gradInput) do
    if input[k] == nil then self.gradInput[k] = nil end
  end
  return self.gradInput
end

function SelectTable:type(type_name, tensorCache)
  self.gradInput = {}
  self.output = {}
  return parent.type(self, type_name, tensorCache)
end

-- The output is an entry of the caller's table, which must not be emptied.
function SelectTable:clearState()
  self.output, self.gradInput = {}, {}
  return self
end

function SelectTable:__tostring__()
  return ('%s(%s)'):format(torch.type(self), tostring(self.index))
end
