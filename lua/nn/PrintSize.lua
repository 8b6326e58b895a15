-- nn.PrintSize([prefix = "PrintSize"]): passes input and gradOutput on and prints their sizes after
-- a prefix.
-- Shapes: any -> the same.

local nn = require 'nn'

local torch = torch

local PrintSize, parent = torch.class('nn.PrintSize', 'nn.Module')

function PrintSize:__init(prefix)
  parent.__init(self)
  self.prefix = prefix or 'PrintSize'
end

local function show(self, name, x)
  local size = x
  if x == nil then size = 'missing size' elseif torch.isTensor(x) then size = x:size() end
  print(self.prefix .. ':' .. name .. '\n', size)
end

function PrintSize:updateOutput(input)
  show(self, 'input', input)
  return (nn.Identity.updateOutput(self, input))
end

function PrintSize:updateGradInput(input, gradOutput)
  show(self, 'gradOutput', gradOutput)
  return (nn.Identity.updateGradInput(self, input, gradOutput))
end

function PrintSize:clearState()
  return nn.Identity.clearState(self)
end
