-- nn.CMulTable(): x1 * x2 * ..., the elementwise product of the tensors in a table.
-- Shapes: {any, the same, ...} -> that.

local tablemath = require 'nn.tablemath'
local need = require 'nn.need'
require 'nn'

local torch = torch

local CMulTable, parent = torch.class('nn.CMulTable', 'nn.Module')

function CMulTable:__init()
  parent.__init(self)
  self.gradInput = {}
end

function CMulTable:updateOutput(input)
  need.tensors(self, input, 1)
  need.alike(self, input)
  local output = self.output
  if #input == 1 then return output:resizeAs(input[1]):copy(input[1]) end
  output:cmul(input[1], input[2])
  for i = 3, #input do output:cmul(input[i]) end
  return output
end

-- gradInput for checked arguments.
local function buffers(self, input, gradOutput)
  need.tensors(self, input, 1)
  need.alike(self, input)
  need.elements(self, input[1], gradOutput)
  return tablemath.buffers(self, input)
end

--- gradInput[i] = gradOutput times all inputs but the i-th, without divisions.
function CMulTable:updateGradInput(input, gradOutput)
  local gradInput = buffers(self, input, gradOutput)
  for i = 1, #input do
    local g, first = gradInput[i], true
    for j = 1, #input do
      if j ~= i then
        g:cmul(first and gradOutput or g, input[j])
        first = false
      end
    end
    if first then g:copy(gradOutput) end
    g:resizeAs(input[i])
  end
  return gradInput
end

--- The same through the output divided by the i-th input; faster for long tables, inexact near 0.
function CMulTable:updateGradInput_efficient(input, gradOutput)
  local gradInput = buffers(self, input, gradOutput)
  for i = 1, #input do gradInput[i]:cmul(gradOutput, self.output):cdiv(input[i]) end
  return gradInput
end
