-- nn.Padding(dim, pad, [nInputDim], [value = 0], [index = 1]): puts |pad| slices filled with value
-- (default 0) along dimension dim: before the input when pad < 0, after it when pad > 0, or before
-- (after) its index-th slice from that end. With nInputDim, inputs of other dimensions are batches
-- and dim counts within a sample.
-- Shapes: [... k ...] -> [... k+|pad| ...], along dimension dim.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local Padding, parent = torch.class('nn.Padding', 'nn.Module')

function Padding:__init(dim, pad, nInputDim, value, index)
  parent.__init(self)
  need.number(self, dim, 'dimension')
  need.number(self, pad, 'padding')
  self.value = value or 0
  self.index = index or 1
  self.dim = dim
  self.pad = pad
  self.nInputDim = nInputDim
  self.outputSize = torch.LongStorage()
end

-- Calls f(part of the padded tensor, part of the unpadded one) for the parts before and after the
-- padding.
local function each_part(self, padded, plain, dim, f)
  local size, pad = plain:size(dim), math.abs(self.pad)
  local first = self.pad > 0 and size - self.index + 1 or self.index - 1 -- slices before it
  if first > 0 then f(padded:narrow(dim, 1, first), plain:narrow(dim, 1, first)) end
  if first < size then
    f(padded:narrow(dim, first + pad + 1, size - first), plain:narrow(dim, first + 1, size - first))
  end
end

local function dimension_of(self, input)
  need.tensor(self, input, 'input')
  local dim = self.dim
  if self.nInputDim and input:dim() ~= self.nInputDim then dim = dim + 1 end
  if dim < 1 or dim > input:dim() or self.index < 1 or self.index > input:size(dim) + 1 then
    F.raise('nn.Padding: no dimension %d with a slice %d in %s', self.dim, self.index,
      F.describe(input))
  end
  return dim
end

function Padding:updateOutput(input)
  local dim = dimension_of(self, input)
  self.outputSize:resize(input:dim()):copy(input:size())
  self.outputSize[dim] = self.outputSize[dim] + math.abs(self.pad)
  self.output:resize(self.outputSize):fill(self.value)
  each_part(self, self.output, input, dim, function(part, from) part:copy(from) end)
  return self.output
end

function Padding:updateGradInput(input, gradOutput)
  local dim = dimension_of(self, input)
  need.output_size(self, gradOutput)
  self.gradInput:resizeAs(input)
  each_part(self, gradOutput, self.gradInput, dim, function(from, part) part:copy(from) end)
  return self.gradInput
end
