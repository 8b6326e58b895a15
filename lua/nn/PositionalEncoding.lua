-- nn.PositionalEncoding(size, [base = 10000], [offset = 0]): y = x + sin(p base^(-2i / size)) in
-- feature 2i and x + cos of the same in feature 2i + 1 (features from 0) of row p, counted from
-- offset. An addition to Torch7. Vaswani et al., Attention Is All You Need, 2017.
-- Shapes: [n t size] or [t size] -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
local positions = require 'nn.positions'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local PositionalEncoding, parent = torch.class('nn.PositionalEncoding', 'nn.Module')

function PositionalEncoding:__init(size, base, offset)
  parent.__init(self)
  positions.init(self, size, base or 10000, offset)
end

positions.methods(PositionalEncoding, parent)

function PositionalEncoding:updateOutput(input)
  need.sample(self, input, 2)
  local dims, output = input.ndim, self.output
  if tonumber(input.sizes[dims - 1]) ~= self.size then
    F.raise('%s: expected [n t %d] or [t %d], got %s', torch.type(self), self.size, self.size,
      F.describe(input))
  end
  local t = tonumber(input.sizes[dims - 2])
  local rows = positions.rows(self, input, self.offset + t, 'sin', 'cos')
  if self.offset > 0 or rows.sizes[0] > t then rows = rows:narrow(1, self.offset + 1, t) end
  check(C.lt_adds(output, input, rows))
  return output
end

function PositionalEncoding:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  return (self.gradInput:set(gradOutput))
end

function PositionalEncoding:__tostring__()
  return ('%s(%d)'):format(torch.type(self), self.size)
end
