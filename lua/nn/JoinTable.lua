-- nn.JoinTable(dimension, [nInputDims]): the tensors of a table joined along a dimension. With
-- nInputDims, inputs of more dimensions are batches and the dimension counts within a sample.
-- Shapes: {[... a ...], [... b ...], ...} -> [... a+b+... ...], along the dimension.

local tablemath = require 'nn.tablemath'
local need = require 'nn.need'
require 'nn'

local torch = torch

local JoinTable, parent = torch.class('nn.JoinTable', 'nn.Module')

function JoinTable:__init(dimension, nInputDims)
  parent.__init(self)
  need.number(self, dimension, 'dimension')
  self.size = torch.LongStorage()
  self.dimension = dimension
  self.gradInput = {}
  self.nInputDims = nInputDims
end

function JoinTable:updateOutput(input)
  need.tensors(self, input, 1)
  self.output = torch.cat(self.output, input, need.dimension(self, input[1]))
  return self.output
end

function JoinTable:updateGradInput(input, gradOutput)
  need.tensors(self, input, 1)
  need.output_size(self, gradOutput)
  local dim, offset = need.dimension(self, input[1]), 1
  local gradInput = tablemath.buffers(self, input)
  for i = 1, #input do
    local size = input[i]:dim() > 0 and input[i]:size(dim) or 0
    if size > 0 then gradInput[i]:copy(gradOutput:narrow(dim, offset, size)) end
    offset = offset + size
  end
  return gradInput
end

function JoinTable:type(type_name, tensorCache)
  self.gradInput = {}
  return parent.type(self, type_name, tensorCache)
end
