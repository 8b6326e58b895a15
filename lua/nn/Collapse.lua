-- nn.Collapse(nInputDim): the last nInputDim dimensions as one; a batch keeps its first dimension.
-- Shapes: [a b ...] of nInputDim dimensions -> [a*b*...]; [n a b ...] -> [n a*b*...].

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Collapse, parent = torch.class('nn.Collapse', 'nn.Module')

function Collapse:__init(nInputDim)
  parent.__init(self)
  need.size(self, nInputDim, 'number of dimensions')
  self.nInputDim = nInputDim
end

function Collapse:updateOutput(input)
  need.tensor(self, input, 'input')
  local dims, n = input:dim(), self.nInputDim
  if dims < n then
    F.raise('nn.Collapse: expected %d or more dimensions, got %s', n, F.describe(input))
  end
  local size = {}
  for d = 1, dims - n do size[d] = input:size(d) end
  size[dims - n + 1] = -1
  self.output = nn.utils.contiguousView(self.output, input, unpack(size))
  return self.output
end

function Collapse:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  if gradOutput:nElement() ~= input:nElement() then
    F.raise('nn.Collapse: the input is %s, gradOutput %s', F.describe(input),
      F.describe(gradOutput))
  end
  return self.gradInput:viewAs(gradOutput:contiguous(), input)
end
