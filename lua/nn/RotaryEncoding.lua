-- nn.RotaryEncoding(size, [base = 10000], [offset = 0]): turns the pairs of features (2i, 2i + 1)
-- of every `size` (features from 0) at position p, counted from offset, by the angle p base^(-2i /
-- size): (a, b) = (a cos - b sin, a sin + b cos). The products of two such vectors depend on the
-- difference of their positions. An addition to Torch7. Su et al., RoFormer, 2021.
-- Shapes: [n t heads size], [n t c] or [t c], c a multiple of size -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
local positions = require 'nn.positions'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local RotaryEncoding, parent = torch.class('nn.RotaryEncoding', 'nn.Module')

function RotaryEncoding:__init(size, base, offset)
  parent.__init(self)
  positions.init(self, size, base or 10000, offset)
  if size % 2 ~= 0 then raise('%s: size must be even, got %d', torch.type(self), size) end
end

positions.methods(RotaryEncoding, parent)

local function rotate(self, result, input, x, inverse)
  need.tensor(self, input, 'input')
  local dims = input.ndim
  if dims < 2 or dims > 4 or tonumber(input.sizes[dims - 1]) % self.size ~= 0 then
    raise('%s: expected [n t heads %d], [n t c] or [t c] with c a multiple of %d, got %s',
      torch.type(self), self.size, self.size, F.describe(input))
  end
  local dim = dims == 2 and 0 or 1
  local rows = positions.rows(self, input, self.offset + tonumber(input.sizes[dim]), 'cos', 'sin')
  check(C.lt_rotary(result, x, rows, dim, self.offset, inverse))
  return result
end

function RotaryEncoding:updateOutput(input)
  return (rotate(self, self.output, input, input, 0))
end

function RotaryEncoding:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  return (rotate(self, self.gradInput, input, gradOutput, 1))
end

function RotaryEncoding:__tostring__()
  return ('%s(%d)'):format(torch.type(self), self.size)
end
