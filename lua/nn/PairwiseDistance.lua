-- nn.PairwiseDistance([p = 2]): (sum of |x1 - x2|^p)^(1/p), for the two vectors of a table, or each
-- row of two matrices.
-- Shapes: {[n d], [n d]} -> [n]; {[d], [d]} -> [1].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local torch = torch

local PairwiseDistance, parent = torch.class('nn.PairwiseDistance', 'nn.Module')

local EPS = 1e-6 -- added to distances that divide

function PairwiseDistance:__init(p)
  parent.__init(self)
  self.norm = p or 2
  if type(self.norm) ~= 'number' or not (self.norm > 0 and self.norm < math.huge) then
    F.raise('nn.PairwiseDistance: p must be a number above 0, got %s', tostring(p))
  end
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

-- self.diff = input[1] - input[2] as rows.
local function difference(self, input)
  need.tensors(self, input, 2, true)
  if not input[1]:isSameSizeAs(input[2]) then
    F.raise('nn.PairwiseDistance: expected two tensors of one size, got %s and %s',
      F.describe(input[1]), F.describe(input[2]))
  end
  local x, y = rows(self, input[1], 'input[1]'), rows(self, input[2], 'input[2]')
  return buffer(self, 'diff', x):resizeAs(x):add(x, -1, y)
end

function PairwiseDistance:updateOutput(input)
  local diff = difference(self, input)
  return self.output:norm(diff, self.norm, 2):resize(diff:size(1))
end

function PairwiseDistance:updateGradInput(input, gradOutput)
  local diff, p = difference(self, input), self.norm
  need.tensor(self, gradOutput, 'gradOutput')
  local n = diff:size(1)
  if self.output:nElement() ~= n then F.raise('nn.PairwiseDistance: backward before forward') end
  if gradOutput:nElement() ~= n then
    F.raise('nn.PairwiseDistance: expected a gradOutput of %d elements, got %s', n,
      F.describe(gradOutput))
  end
  local factor = buffer(self, 'outExpand', diff)
  factor:resize(n, 1):copy(gradOutput)
  if p ~= 2 then
    local power = buffer(self, 'grad', diff):resizeAs(diff):abs(diff):pow(p - 1)
    diff:sign():cmul(power)
  end
  if p ~= 1 then
    local distance = buffer(self, 'ones', diff):resize(n, 1):copy(self.output)
    factor:cdiv(distance:add(EPS):pow(p - 1))
  end
  local g1, g2 = self.gradInput[1] or diff.new(), self.gradInput[2] or diff.new()
  g1:resizeAs(diff):cmul(diff, factor:expandAs(diff)):resizeAs(input[1])
  self.gradInput[1], self.gradInput[2] = g1, g2:resizeAs(input[2]):mul(g1, -1)
  return self.gradInput
end

function PairwiseDistance:clearState()
  nn.utils.clear(self, 'diff', 'outExpand', 'grad', 'ones')
  return parent.clearState(self)
end
