-- nn.ZipTableOneToMany(): {x, {a, b, ...}} gives {{x, a}, {x, b}, ...}.
-- Shapes: {x, {a, b, ...}} -> {{x, a}, {x, b}, ...}.

local need = require 'nn.need'

local torch = torch

local ZipTableOneToMany, parent = torch.class('nn.ZipTableOneToMany', 'nn.Module')

function ZipTableOneToMany:__init()
  parent.__init(self)
  self.output = {}
  self.gradInput = {torch.Tensor(), {}}
end

local function trim(list, n)
  for i = #list, n + 1, -1 do list[i] = nil end
end

function ZipTableOneToMany:updateOutput(input)
  need.table(self, input, 'input', 2)
  need.tensor(self, input[1], 'input[1]')
  need.table(self, input[2], 'input[2]', 0)
  local many = input[2]
  for i = 1, #many do self.output[i] = {input[1], many[i]} end
  trim(self.output, #many)
  return self.output
end

function ZipTableOneToMany:updateGradInput(input, gradOutput)
  need.table(self, input, 'input', 2)
  need.tensor(self, input[1], 'input[1]')
  need.table(self, gradOutput, 'gradOutput', #input[2])
  local sum, many = self.gradInput[1] or input[1].new(), self.gradInput[2] or {}
  sum:resizeAs(input[1]):zero()
  for i = 1, #input[2] do
    need.table(self, gradOutput[i], ('gradOutput[%d]'):format(i), 2)
    need.elements(self, input[1], gradOutput[i][1])
    sum:add(gradOutput[i][1])
    many[i] = gradOutput[i][2]
  end
  trim(many, #input[2])
  self.gradInput[1], self.gradInput[2] = sum, many
  return self.gradInput
end
