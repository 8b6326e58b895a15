-- nn.NarrowTable(offset, [length = 1]): `length` entries (default 1) of a table from `offset` on.
-- Shapes: {a, b, ...} -> `length` entries of it.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local NarrowTable, parent = torch.class('nn.NarrowTable', 'nn.Module')

function NarrowTable:__init(offset, length)
  parent.__init(self)
  self.offset = offset
  self.length = length or 1
  if type(offset) ~= 'number' or offset < 1 then
    raise('nn.NarrowTable: offset must be 1 or more, got %s', tostring(offset))
  end
  self.output = {}
  self.gradInput = {}
end

function NarrowTable:updateOutput(input)
  need.table(self, input, 'input', self.offset + self.length - 1)
  local n = math.max(0, self.length)
  local output = self.output
  for i = 1, n do output[i] = input[self.offset + i - 1] end
  for i = n + 1, #output do output[i] = nil end
  return output
end

function NarrowTable:updateGradInput(input, gradOutput)
  need.table(self, input, 'input', 0)
  need.table(self, gradOutput, 'gradOutput', self.length)
  local first, last = self.offset, self.offset + self.length - 1
  for i = first, last do
    if F.is_tensor(input[i]) then
      need.elements(self, input[i], gradOutput[i - first + 1], nil, 'entry')
    end
  end
  for i = 1, #input do
    if i >= first and i <= last then
      self.gradInput[i] = nn.utils.recursiveCopy(self.gradInput[i], gradOutput[i - first + 1])
    else
      self.gradInput[i] = nn.utils.recursiveResizeAs(self.gradInput[i], input[i])
      nn.utils.recursiveFill(self.gradInput[i], 0)
    end
  end
  for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  return self.gradInput
end

function NarrowTable:type(type_name, tensorCache)
  self.output, self.gradInput = {}, {}
  return parent.type(self, type_name, tensorCache)
end
