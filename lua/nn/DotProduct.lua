-- nn.DotProduct(): x1 . x2, the dot product of two vectors, or of each row of two matrices.
-- Shapes: {[n d], [n d]} -> [n]; {[d], [d]} -> [1].

local F = require 'torch.ffi'
local need = require 'nn.need'
local tablemath = require 'nn.tablemath'
require 'nn'

local torch = torch

local DotProduct, parent = torch.class('nn.DotProduct', 'nn.Module')

function DotProduct:__init()
  parent.__init(self)
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

function DotProduct:updateOutput(input)
  need.tensors(self, input, 2, true)
  local a, b = input[1], input[2]
  if not a:isSameSizeAs(b) or a:dim() > 2 then
    F.raise('nn.DotProduct: expected two vectors or matrices of one size, got %s and %s',
      F.describe(a), F.describe(b))
  end
  self.buffer = self.buffer or a.new()
  self.buffer:cmul(a, b)
  self.output:sum(self.buffer, a:dim()):resize(a:dim() == 1 and 1 or a:size(1))
  return self.output
end

function DotProduct:updateGradInput(input, gradOutput)
  need.tensors(self, input, 2, true)
  need.tensor(self, gradOutput, 'gradOutput')
  local g = tablemath.buffers(self, input)
  local factor = gradOutput:contiguous()
  if input[1]:dim() == 2 then factor = factor:view(input[1]:size(1), 1) end
  factor = factor:expandAs(input[1])
  g[1]:cmul(input[2], factor)
  g[2]:cmul(input[1], factor)
  return g
end

function DotProduct:clearState()
  self.buffer = nil
  return parent.clearState(self)
end
