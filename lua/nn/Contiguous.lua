-- nn.Contiguous(): the input, copied where it is not contiguous.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local Contiguous = torch.class('nn.Contiguous', 'nn.Module')

-- A buffer that shares x's memory from an earlier call must not be written to.
local function contiguous(buffer, x)
  if x:isContiguous() then return buffer:set(x) end
  return buffer:set():resizeAs(x):copy(x)
end

function Contiguous:updateOutput(input)
  need.tensor(self, input, 'input')
  return (contiguous(self.output, input))
end

function Contiguous:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  return (contiguous(self.gradInput, gradOutput))
end
