-- nn.CosineDistance(): x1 . x2 / (|x1| |x2|), the cosine of the angle between the two vectors of a
-- table, or of each row of two matrices.
-- Shapes: {[n d], [n d]} -> [n]; {[d], [d]} -> [1].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local torch = torch

local CosineDistance, parent = torch.class('nn.CosineDistance', 'nn.Module')

local EPS = 1e-12 -- added to squared lengths

function CosineDistance:__init()
  parent.__init(self)
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

local function both(self, input)
  need.tensors(self, input, 2, true)
  if not input[1]:isSameSizeAs(input[2]) then
    F.raise('%s: expected two tensors of one size, got %s and %s', torch.type(self),
      F.describe(input[1]), F.describe(input[2]))
  end
  return rows(self, input[1], 'input[1]'), rows(self, input[2], 'input[2]')
end

-- self[field] = sum over each row of a * b, [n 1].
local function row_products(self, field, a, b)
  local product = buffer(self, 'buffer', a)
  product:resizeAs(a):cmul(a, b)
  return buffer(self, field, a):sum(product, 2)
end

function CosineDistance:updateOutput(input)
  local x, y = both(self, input)
  local output = self.output
  local w1, xx, yy = row_products(self, 'w1', x, y), row_products(self, 'w22', x, x),
    row_products(self, 'w32', y, y)
  xx:add(EPS):cinv()
  yy:add(EPS):cinv()
  buffer(self, 'w', x):resizeAs(xx):cmul(xx, yy):sqrt()
  return output:resizeAs(w1):cmul(w1, self.w):resize(x:size(1))
end

-- result = gradOutput * (w * other - output / |own|^2 * own).
local function gradient(self, result, own, other, squares, g)
  local output = self.output:view(-1, 1)
  local factor = buffer(self, 'factor', own):resizeAs(g)
  result:resizeAs(own):cmul(other, factor:cmul(self.w, g):expandAs(own))
  factor:cmul(output, squares):cmul(g)
  return result:addcmul(-1, factor:expandAs(own), own)
end

function CosineDistance:updateGradInput(input, gradOutput)
  local x, y = both(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  if not F.is_tensor(self.w) or self.w:nElement() ~= x:size(1) then
    F.raise('nn.CosineDistance: backward before forward')
  end
  if gradOutput:nElement() ~= x:size(1) then
    F.raise('nn.CosineDistance: expected a gradOutput of %d elements, got %s', x:size(1),
      F.describe(gradOutput))
  end
  local g = gradOutput:contiguous():view(-1, 1)
  local gx, gy = self.gradInput[1] or x.new(), self.gradInput[2] or y.new()
  self.gradInput[1] = gradient(self, gx, x, y, self.w22, g):resizeAs(input[1])
  self.gradInput[2] = gradient(self, gy, y, x, self.w32, g):resizeAs(input[2])
  return self.gradInput
end

function CosineDistance:clearState()
  nn.utils.clear(self, 'buffer', 'w1', 'w22', 'w32', 'w', 'factor')
  return parent.clearState(self)
end
