-- nn.LayerNormalization: every sample of inputs [n nOutput] or [nOutput] to mean 0 and length
-- sqrt(nOutput), then (with affine) times a weight of 1 plus a bias, both learned. Ba et al., Layer
-- Normalization, 2016.

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
