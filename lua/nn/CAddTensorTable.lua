-- nn.CAddTensorTable(): adds a tensor to every tensor of a table: {t, {t1, t2, ...}} gives
-- {t + t1, t + t2, ...}.
-- Shapes: {t, {t1, t2, ...}}, all of the same sizes -> a table of tensors of these sizes.

local need = require 'nn.need'

local torch = torch

local CAddTensorTable, parent = torch.class('nn.CAddTensorTable', 'nn.Module')

function CAddTensorTable:__init()
  parent.__init(self)
  self.output = {}
  self.gradInput = {}
end

local function check_input(self, input)
  need.table(self, input, 'input', 2)
  need.tensor(self, input[1], 'input[1]')
  need.tensors(self, input[2], 1)
  need.alike(self, input[2])
  need.alike(self, {input[1], input[2][1]})
end

function CAddTensorTable:updateOutput(input)
  check_input(self, input)
  local t, list, output = input[1], input[2], self.output
  for i = 1, #list do
    if not output[i] or output[i].dtype ~= t.dtype then output[i] = t.new() end
    output[i]:resizeAs(t):add(t, list[i])
  end
  for i = #list + 1, #output do output[i] = nil end
  return output
end

function CAddTensorTable:updateGradInput(input, gradOutput)
  check_input(self, input)
  need.table(self, gradOutput, 'gradOutput', #input[2])
  for i = 1, #input[2] do need.elements(self, input[1], gradOutput[i]) end
  local sum = self.gradInput[1] or input[1].new()
  sum:resizeAs(input[1]):copy(gradOutput[1])
  for i = 2, #input[2] do sum:add(gradOutput[i]) end
  self.gradInput[1], self.gradInput[2] = sum, gradOutput
  return self.gradInput
end
