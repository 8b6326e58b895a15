-- nn.ConcatTable(): every module gets the input; the output is the table of their outputs.
-- Shapes: any -> {output of the first module, of the second, ...}.

local nn = require 'nn'
local diagram = require 'nn.diagram'
local need = require 'nn.need'

local torch = torch

local ConcatTable, parent = torch.class('nn.ConcatTable', 'nn.Container')

function ConcatTable:__init()
  parent.__init(self)
  self.modules = {}
  self.output = {}
end

function ConcatTable:updateOutput(input)
  local output, modules = self.output, self.modules
  for i = 1, #modules do output[i] = modules[i]:updateOutput(input) end
  for i = #modules + 1, #output do output[i] = nil end
  return output
end

-- gradInput = the sum over the modules of f(module, gradOutput[i]); input may be a nested table.
local function summed(self, input, gradOutput, f)
  local modules = self.modules
  need.table(self, gradOutput, 'gradOutput', #modules)
  for i = 1, #modules do
    local g = f(modules[i], gradOutput[i])
    if i == 1 then
      if torch.isTensor(g) and torch.isTensor(self.gradInput) then
        self.gradInput:resizeAs(g):copy(g)
      else
        self.gradInput = nn.utils.recursiveCopy(self.gradInput, g)
      end
    elseif torch.isTensor(g) then
      self.gradInput:add(g)
    else
      nn.utils.recursiveAdd(self.gradInput, g)
    end
  end
  if #modules == 0 then self.gradInput = nn.utils.recursiveCopy(self.gradInput, input) end
  if type(input) == 'table' then -- an earlier one may have been longer
    for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  end
  return self.gradInput
end

function ConcatTable:updateGradInput(input, gradOutput)
  return summed(self, input, gradOutput, function(module, g)
    return module:updateGradInput(input, g)
  end)
end

function ConcatTable:backward(input, gradOutput, scale)
  return summed(self, input, gradOutput, function(module, g)
    return module:backward(input, g, scale or 1)
  end)
end

function ConcatTable:accGradParameters(input, gradOutput, scale)
  need.table(self, gradOutput, 'gradOutput', #self.modules)
  for i, module in ipairs(self.modules) do
    module:accGradParameters(input, gradOutput[i], scale or 1)
  end
end

function ConcatTable:accUpdateGradParameters(input, gradOutput, lr)
  for i, module in ipairs(self.modules) do
    module:accUpdateGradParameters(input, gradOutput[i], lr)
  end
end

function ConcatTable:__tostring__()
  return diagram(self)
end
