-- nn.Concat(dimension): every module gets the input; their outputs are joined along `dimension`.
-- Shapes: any -> the modules' outputs, whose sizes along `dimension` add up.

local F = require 'torch.ffi'
local diagram = require 'nn.diagram'
local need = require 'nn.need'
require 'nn'

local raise = F.raise
local torch = torch

local Concat, parent = torch.class('nn.Concat', 'nn.Container')

function Concat:__init(dimension)
  parent.__init(self)
  need.number(self, dimension, 'dimension')
  self.outputSize = torch.LongStorage()
  self.dimension = dimension
end

-- Negative dimensions count from the end.
local function dimension_of(self, t)
  return self.dimension > 0 and self.dimension or t:dim() + self.dimension + 1
end

function Concat:updateOutput(input)
  local outputs = {}
  for i = 1, #self.modules do outputs[i] = self.modules[i]:updateOutput(input) end
  if #outputs == 0 then raise('%s: it has no modules', torch.type(self)) end
  self.output = torch.cat(self.output, outputs, dimension_of(self, outputs[1]))
  return self.output
end

--- The part of output (or of a gradient of its size) that a module's currentOutput takes, which
-- starts at offset along the dimension.
function Concat:windowNarrow(output, currentOutput, offset)
  local dim = dimension_of(self, currentOutput)
  return output:narrow(dim, offset, currentOutput:size(dim))
end

-- Calls f(module, its part of gradOutput, i) for every module.
local function each_part(self, gradOutput, f)
  need.output_size(self, gradOutput)
  local offset = 1
  for i = 1, #self.modules do
    local module = self.modules[i]
    if module.output:dim() == 0 then raise('%s: backward before forward', torch.type(self)) end
    f(module, self:windowNarrow(gradOutput, module.output, offset), i)
    offset = offset + module.output:size(dimension_of(self, module.output))
  end
end

-- Sums what f(module, part) returns for the gradients of the input.
local function summed(self, input, gradOutput, f)
  self.gradInput:resizeAs(input)
  each_part(self, gradOutput, function(module, part, i)
    local g = f(module, part)
    if not g then return end
    if i == 1 then self.gradInput:copy(g) else self.gradInput:add(g) end
  end)
  return self.gradInput
end

function Concat:updateGradInput(input, gradOutput)
  return summed(self, input, gradOutput, function(module, part)
    return module:updateGradInput(input, part)
  end)
end

function Concat:accGradParameters(input, gradOutput, scale)
  each_part(self, gradOutput, function(module, part)
    module:accGradParameters(input, part, scale or 1)
  end)
end

function Concat:backward(input, gradOutput, scale)
  return summed(self, input, gradOutput, function(module, part)
    return module:backward(input, part, scale or 1)
  end)
end

function Concat:accUpdateGradParameters(input, gradOutput, lr)
  each_part(self, gradOutput, function(module, part)
    module:accUpdateGradParameters(input, part, lr)
  end)
end

function Concat:__tostring__()
  return diagram(self)
end
