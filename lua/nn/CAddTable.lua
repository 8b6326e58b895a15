-- nn.CAddTable([inplace = false]): x1 + x2 + ..., the sum of the tensors in a table; in place, into
-- the first of them.
-- Shapes: {any, the same, ...} -> that.

local need = require 'nn.need'
require 'nn'

local torch = torch

local CAddTable, parent = torch.class('nn.CAddTable', 'nn.Module')

function CAddTable:__init(inplace)
  parent.__init(self)
  self.inplace = inplace
  self.gradInput = {}
end

function CAddTable:updateOutput(input)
  need.tensors(self, input, 1)
  need.alike(self, input)
  local output = self.output
  if self.inplace then
    output:set(input[1])
  else
    output:resizeAs(input[1]):copy(input[1])
  end
  for i = 2, #input do output:add(input[i]) end
  return output
end

function CAddTable:updateGradInput(input, gradOutput)
  need.tensors(self, input, 1)
  need.alike(self, input)
  need.elements(self, input[1], gradOutput)
  for i = 1, #input do
    self.gradInput[i] = self.gradInput[i] or input[1].new()
    if self.inplace then
      self.gradInput[i]:set(gradOutput)
    else
      self.gradInput[i]:resizeAs(input[i]):copy(gradOutput)
    end
  end
  for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  return self.gradInput
end
