-- nn.LayerNormalization(nOutput, [bias = 0], [eps = 1e-10], [affine = true]): (x - mean) over
-- |x - mean| times sqrt(nOutput) for a sample, then (with affine) times a weight, 1 at first, plus
-- a bias, both [nOutput]; eps is that of nn.Normalize. Ba et al., Layer Normalization, 2016. In a
-- batch the means are Torch7's: the elements, row by row, get those of samples 1 to n, 1 to n and
-- so on.
-- Shapes: [n nOutput] or [nOutput] -> the same.

local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local LayerNormalization, parent = torch.class('nn.LayerNormalization', 'nn.Sequential')

function LayerNormalization:__init(nOutput, bias, eps, affine)
  parent.__init(self)
  need.size(self, nOutput, 'number of features')
  local mean = nn.Sequential():add(nn.Mean(1, 1)):add(nn.Replicate(nOutput, 1, 1))
  self:add(nn.ConcatTable():add(nn.Identity()):add(mean))
  self:add(nn.CSubTable())
  self:add(nn.Normalize(2, eps))
  self:add(nn.MulConstant(math.sqrt(nOutput)))
  if affine ~= false then
    local scaling, shift = nn.CMul(nOutput), nn.Add(nOutput)
    scaling.weight:fill(1)
    shift.bias:fill(bias or 0)
    self:add(scaling):add(shift)
  end
end
