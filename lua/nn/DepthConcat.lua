-- nn.DepthConcat(dimension): nn.Concat of outputs that may differ in the other dimensions: each is
-- put in the middle of the largest sizes, zeros around it. Szegedy et al., Going Deeper with
-- Convolutions, 2015.
-- Shapes: any -> the modules' outputs, whose sizes along `dimension` add up; the others are their
-- maxima.

local F = require 'torch.ffi'
require 'nn'

local raise = F.raise
local torch = torch

local DepthConcat = torch.class('nn.DepthConcat', 'nn.Concat')

local function dimension_of(self, t)
  local dim = self.dimension > 0 and self.dimension or t:dim() + self.dimension + 1
  if dim < 1 or dim > t:dim() then
    raise('nn.DepthConcat: dimension %d out of range for %s', self.dimension, F.describe(t))
  end
  return dim
end

--- The part of output that currentOutput takes: at offset along the dimension, centered in others.
function DepthConcat:windowNarrow(output, currentOutput, offset)
  local dim, part = dimension_of(self, currentOutput), output
  for d = 1, currentOutput:dim() do
    local size = currentOutput:size(d)
    if d == dim then
      part = part:narrow(d, offset, size)
    elseif size ~= output:size(d) then
      part = part:narrow(d, math.floor((output:size(d) - size) / 2) + 1, size)
    end
  end
  return part
end

-- self.outputSize = the sizes that hold all outputs.
local function fit(self, first)
  local dim, dims = dimension_of(self, first), first:dim()
  local sizes = self.outputSize or torch.LongStorage()
  self.outputSize = sizes:resize(dims):fill(0)
  for i = 1, #self.modules do
    local output = self.modules[i].output
    if output:dim() ~= dims then
      raise('nn.DepthConcat: output %d is %s, the first one %s', i, F.describe(output),
        F.describe(first))
    end
    for d = 1, dims do
      local size = output:size(d)
      sizes[d] = d == dim and sizes[d] + size or math.max(sizes[d], size)
    end
  end
  return dim
end

function DepthConcat:updateOutput(input)
  local modules = self.modules
  if #modules == 0 then raise('nn.DepthConcat: it has no modules') end
  for i = 1, #modules do modules[i]:updateOutput(input) end
  local dim, offset = fit(self, modules[1].output), 1
  self.output:resize(self.outputSize):zero()
  for i = 1, #modules do
    local current = modules[i].output
    self:windowNarrow(self.output, current, offset):copy(current)
    offset = offset + current:size(dim)
  end
  return self.output
end
