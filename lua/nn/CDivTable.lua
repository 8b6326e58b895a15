-- nn.CDivTable(): x1 / x2, element by element, for the two tensors of a table.
-- Shapes: {any, the same} -> that.

local need = require 'nn.need'
local tablemath = require 'nn.tablemath'
require 'nn'

local torch = torch

local CDivTable, parent = torch.class('nn.CDivTable', 'nn.Module')

function CDivTable:__init()
  parent.__init(self)
  self.gradInput = {}
end

function CDivTable:updateOutput(input)
  need.tensors(self, input, 2, true)
  need.alike(self, input)
  self.output:cdiv(input[1], input[2])
  return self.output
end

function CDivTable:updateGradInput(input, gradOutput)
  need.tensors(self, input, 2, true)
  need.alike(self, input)
  need.elements(self, input[1], gradOutput)
  local g = tablemath.buffers(self, input)
  g[1]:cdiv(gradOutput, input[2]):resizeAs(input[1])
  g[2]:cmul(g[1], input[1]):cdiv(input[2]):mul(-1):resizeAs(input[2])
  return g
end
