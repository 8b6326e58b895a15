-- nn.ZeroGrad(): passes its input on and gives a gradient of zero. Tensors or tables of tensors.
-- Shapes: any -> the same.

local nn = require 'nn'

local torch = torch

local ZeroGrad, parent = torch.class('nn.ZeroGrad', 'nn.Module')

function ZeroGrad:updateOutput(input)
  if torch.isTensor(input) and torch.isTensor(self.output) then
    self.output:set(input)
  else
    self.output = input
  end
  return self.output
end

function ZeroGrad:updateGradInput(input)
  self.gradInput = nn.utils.recursiveResizeAs(self.gradInput, input)
  nn.utils.recursiveFill(self.gradInput, 0)
  return self.gradInput
end

function ZeroGrad:clearState()
  if not torch.isTensor(self.output) then self.output = {} end
  return parent.clearState(self)
end
