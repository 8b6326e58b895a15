-- nn.Replicate(nf, [dim = 1], [ndim]): nf copies of the input along a new dimension dim, as a view.
-- With ndim, inputs of more dimensions are batches and dim counts within a sample.
-- Shapes: [a b ...] -> [nf a b ...], nf at place dim.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Replicate, parent = torch.class('nn.Replicate', 'nn.Module')

function Replicate:__init(nf, dim, ndim)
  parent.__init(self)
  need.size(self, nf, 'number of copies')
  self.nfeatures = nf
  self.dim = dim or 1
  self.ndim = ndim
end

local function place(self, input)
  local dim = self.dim
  if self.ndim then dim = dim + input:dim() - self.ndim end
  if dim < 1 or dim > input:dim() + 1 then
    F.raise('nn.Replicate: dimension %d does not exist for %s', self.dim, F.describe(input))
  end
  return dim
end

function Replicate:updateOutput(input)
  need.tensor(self, input, 'input')
  local dim = place(self, input)
  local view = nn.utils.addSingletonDimension(input, dim)
  for d = 0, view.ndim - 1 do F.sizes[d] = view.sizes[d] end
  F.sizes[dim - 1] = self.nfeatures
  F.check(F.C.lt_expand(self.output, view, view.ndim, F.sizes))
  return self.output
end

function Replicate:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.output_size(self, gradOutput)
  self.gradInput:sum(gradOutput, place(self, input)):resizeAs(input)
  return self.gradInput
end
