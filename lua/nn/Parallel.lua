-- nn.Parallel(inputDimension, outputDimension): the i-th module gets the i-th slice of the input
-- along inputDimension; their outputs are joined along outputDimension. Negative dimensions count
-- from the end, and may be left out where the container is only listed or printed. Modules after
-- the last slice are not used.
-- Shapes: [... k ...] with k modules or more -> outputs, whose sizes along outputDimension add up.

local F = require 'torch.ffi'
local diagram = require 'nn.diagram'
local need = require 'nn.need'
require 'nn'

local torch = torch

local Parallel, parent = torch.class('nn.Parallel', 'nn.Container')

function Parallel:__init(inputDimension, outputDimension)
  parent.__init(self)
  if inputDimension ~= nil then need.number(self, inputDimension, 'input dimension') end
  if outputDimension ~= nil then need.number(self, outputDimension, 'output dimension') end
  self.inputDimension = inputDimension
  self.outputDimension = outputDimension
end

local function positive(dimension, t)
  return dimension > 0 and dimension or t:dim() + dimension + 1
end

-- The dimension whose slices the modules get.
local function input_dimension(self, input)
  need.number(self, self.inputDimension, 'input dimension')
  need.number(self, self.outputDimension, 'output dimension')
  need.tensor(self, input, 'input')
  local dim, count = positive(self.inputDimension, input), #self.modules
  if input:dim() < 2 or dim < 1 or dim > input:dim() or input:size(dim) > count then
    F.raise('nn.Parallel: expected 2 or more dimensions, with size %d or less of dimension %d, '
      .. 'got %s', count, self.inputDimension, F.describe(input))
  end
  return dim
end

function Parallel:updateOutput(input)
  local modules, dim, outputs = self.modules, input_dimension(self, input), {}
  for i = 1, input:size(dim) do outputs[i] = modules[i]:updateOutput(input:select(dim, i)) end
  self.output = torch.cat(self.output, outputs, positive(self.outputDimension, outputs[1]))
  return self.output
end

-- Calls f(module, its slice of the input, its part of gradOutput, i) for every module.
local function each_part(self, input, gradOutput, f)
  need.output_size(self, gradOutput)
  local dim, offset = input_dimension(self, input), 1
  for i = 1, input:size(dim) do
    local module = self.modules[i]
    if module.output:dim() == 0 then F.raise('nn.Parallel: backward before forward') end
    local output_dim = positive(self.outputDimension, module.output)
    local size = module.output:size(output_dim)
    f(module, input:select(dim, i), gradOutput:narrow(output_dim, offset, size), i)
    offset = offset + size
  end
end

-- Puts what f(module, slice, part) returns in the slices of gradInput.
local function gathered(self, input, gradOutput, f)
  local dim = input_dimension(self, input)
  self.gradInput:resizeAs(input)
  each_part(self, input, gradOutput, function(module, slice, part, i)
    self.gradInput:select(dim, i):copy(f(module, slice, part))
  end)
  return self.gradInput
end

function Parallel:updateGradInput(input, gradOutput)
  return gathered(self, input, gradOutput, function(module, slice, part)
    return module:updateGradInput(slice, part)
  end)
end

function Parallel:backward(input, gradOutput, scale)
  return gathered(self, input, gradOutput, function(module, slice, part)
    return module:backward(slice, part, scale or 1)
  end)
end

function Parallel:accGradParameters(input, gradOutput, scale)
  each_part(self, input, gradOutput, function(module, slice, part)
    module:accGradParameters(slice, part, scale or 1)
  end)
end

function Parallel:accUpdateGradParameters(input, gradOutput, lr)
  each_part(self, input, gradOutput, function(module, slice, part)
    module:accUpdateGradParameters(slice, part, lr)
  end)
end

function Parallel:__tostring__()
  return diagram(self)
end
