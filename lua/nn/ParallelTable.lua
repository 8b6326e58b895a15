-- nn.ParallelTable: the i-th module gets the i-th input; the output is the table of their outputs.

local diagram = require 'nn.diagram'
local need = require 'nn.need'
require 'nn'

local torch = torch

local ParallelTable, parent = torch.class('nn.ParallelTable', 'nn.Container')

function ParallelTable:__init()
  parent.__init(self)
  self.modules = {}
  self.output = {}
  self.gradInput = {}
end

function ParallelTable:updateOutput(input)
  local output, modules = self.output, self.modules
  need.table(self, input, 'input', #modules)
  for i = 1, #modules do output[i] = modules[i]:updateOutput(input[i]) end
  return output
end

function ParallelTable:updateGradInput(input, gradOutput)
  need.table(self, input, 'input', #self.modules)
  need.table(self, gradOutput, 'gradOutput', #self.modules)
  for i, module in ipairs(self.modules) do
    self.gradInput[i] = module:updateGradInput(input[i], gradOutput[i])
  end
  return self.gradInput
end

function ParallelTable:backward(input, gradOutput, scale)
  need.table(self, input, 'input', #self.modules)
  need.table(self, gradOutput, 'gradOutput', #self.modules)
  for i, module in ipairs(self.modules) do
    self.gradInput[i] = module:backward(input[i], gradOutput[i], scale or 1)
  end
  return self.gradInput
end

function ParallelTable:accGradParameters(input, gradOutput, scale)
  need.table(self, input, 'input', #self.modules)
  need.table(self, gradOutput, 'gradOutput', #self.modules)
  for i, module in ipairs(self.modules) do
    module:accGradParameters(input[i], gradOutput[i], scale or 1)
  end
end

function ParallelTable:accUpdateGradParameters(input, gradOutput, lr)
  for i, module in ipairs(self.modules) do
    module:accUpdateGradParameters(input[i], gradOutput[i], lr)
  end
end

function ParallelTable:__tostring__()
  return diagram(self)
end
