-- nn.ParallelTable(): the i-th module gets the i-th input; the output is the table of their
-- outputs. Inputs and gradients come as tables, or as tensors whose slices (or elements) are the
-- entries. The gradient of the output of an nn.Identity may be missing.
-- Shapes: {a, b, ...} -> {output for a, output for b, ...}.

local F = require 'torch.ffi'
local diagram = require 'nn.diagram'
local need = require 'nn.need'
require 'nn'

local is_tensor = F.is_tensor
local torch = torch

local ParallelTable, parent = torch.class('nn.ParallelTable', 'nn.Container')

function ParallelTable:__init()
  parent.__init(self)
  self.modules = {}
  self.output = {}
  self.gradInput = {}
end

-- Raises unless x has an entry for each module.
local function need_entries(self, x, what)
  if is_tensor(x) and (x.ndim > 0 and x:size(1) or 0) >= #self.modules then return end
  need.table(self, x, what, #self.modules)
end

-- Raises unless gradOutput has an entry for each module. One for nn.Identity may be missing, as
-- behind nn.CriterionTable, which has no gradient of its target.
local function need_gradients(self, gradOutput)
  if type(gradOutput) == 'table' then
    local complete = true
    for i, module in ipairs(self.modules) do
      if gradOutput[i] == nil then complete = complete and torch.isTypeOf(module, 'nn.Identity') end
    end
    if complete then return end
  end
  need_entries(self, gradOutput, 'gradOutput')
end

function ParallelTable:updateOutput(input)
  local output, modules = self.output, self.modules
  need_entries(self, input, 'input')
  for i = 1, #modules do output[i] = modules[i]:updateOutput(input[i]) end
  return output
end

function ParallelTable:updateGradInput(input, gradOutput)
  need_entries(self, input, 'input')
  need_gradients(self, gradOutput)
  for i, module in ipairs(self.modules) do
    self.gradInput[i] = module:updateGradInput(input[i], gradOutput[i])
  end
  return self.gradInput
end

function ParallelTable:backward(input, gradOutput, scale)
  need_entries(self, input, 'input')
  need_gradients(self, gradOutput)
  for i, module in ipairs(self.modules) do
    self.gradInput[i] = module:backward(input[i], gradOutput[i], scale or 1)
  end
  return self.gradInput
end

function ParallelTable:accGradParameters(input, gradOutput, scale)
  need_entries(self, input, 'input')
  need_gradients(self, gradOutput)
  for i, module in ipairs(self.modules) do
    module:accGradParameters(input[i], gradOutput[i], scale or 1)
  end
end

function ParallelTable:accUpdateGradParameters(input, gradOutput, lr)
  need_entries(self, input, 'input')
  need_gradients(self, gradOutput)
  for i, module in ipairs(self.modules) do
    module:accUpdateGradParameters(input[i], gradOutput[i], lr)
  end
end

function ParallelTable:__tostring__()
  return diagram(self)
end
