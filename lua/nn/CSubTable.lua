-- nn.CSubTable(): x1 - x2, for the two tensors of a table.
-- Shapes: {any, the same} -> that.

local tablemath = require 'nn.tablemath'
local need = require 'nn.need'
require 'nn'

local torch = torch

local CSubTable, parent = torch.class('nn.CSubTable', 'nn.Module')

function CSubTable:__init()
  parent.__init(self)
  self.gradInput = {}
end

function CSubTable:updateOutput(input)
  need.tensors(self, input, 2, true)
  need.alike(self, input)
  self.output:csub(input[1], input[2])
  return self.output
end

function CSubTable:updateGradInput(input, gradOutput)
  need.tensors(self, input, 2, true)
  need.alike(self, input)
  need.elements(self, input[1], gradOutput)
  local g = tablemath.buffers(self, input)
  g[1]:copy(gradOutput)
  g[2]:copy(gradOutput):mul(-1)
  return g
end
