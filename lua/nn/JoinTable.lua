-- nn.JoinTable: the tensors of a table joined along a dimension. With nInputDims, inputs of more
-- dimensions are batches and the dimension counts within a sample.

local tablemath = require 'nn.tablemath'
require 'nn'

local torch = torch

local JoinTable, parent = torch.class('nn.JoinTable', 'nn.Module')

function JoinTable:__init(dimension, nInputDims)
  parent.__init(self)
  if type(dimension) ~= 'number' then
    error('nn.JoinTable: expected a dimension, got ' .. torch.type(dimension), 3)
  end
  self.size = torch.LongStorage()
  self.dimension = dimension
  self.gradInput = {}
  self.nInputDims = nInputDims
end

local function dimension_of(self, input)
  local dims, d = input[1]:dim(), self.dimension
  if d < 0 then return dims + d + 1 end
  if self.nInputDims and dims == self.nInputDims + 1 then return d + 1 end
  return d
end

function JoinTable:updateOutput(input)
  tablemath.check(self, input, 1)
  self.output = torch.cat(self.output, input, dimension_of(self, input))
  return self.output
end

function JoinTable:updateGradInput(input, gradOutput)
  local dim, offset = dimension_of(self, input), 1
  local gradInput = tablemath.buffers(self, input)
  for i = 1, #input do
    local size = input[i]:size(dim)
    gradInput[i]:copy(gradOutput:narrow(dim, offset, size))
    offset = offset + size
  end
  return gradInput
end

function JoinTable:type(type_name, tensorCache)
  self.gradInput = {}
  return parent.type(self, type_name, tensorCache)
end
