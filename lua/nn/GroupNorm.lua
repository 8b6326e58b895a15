-- nn.GroupNorm(nGroup, nChannel, [eps = 1e-5], [affine = true]): y = (x - mean) / sqrt(var + eps) *
-- weight + bias, with mean and variance (over the number of elements) of each group of nChannel /
-- nGroup neighbouring channels of each sample; weight and bias [nChannel], 1 and 0 at first, only
-- when affine. The same in training and evaluation. An addition to Torch7. Wu and He, Group
-- Normalization, 2018.
-- Shapes: [n nChannel ...] -> the same.

local F = require 'torch.ffi'
local featurenorm = require 'nn.featurenorm'
local need = require 'nn.need'
require 'nn'

local torch = torch

local GroupNorm, parent = torch.class('nn.GroupNorm', 'nn.Module')

function GroupNorm:__init(nGroup, nChannel, eps, affine)
  parent.__init(self)
  need.size(self, nGroup, 'number of groups')
  need.size(self, nChannel, 'number of channels')
  if nChannel % nGroup ~= 0 then
    F.raise('%s: %d groups do not divide %d channels', torch.type(self), nGroup, nChannel)
  end
  self.nGroup, self.nChannel = nGroup, nChannel
  self.save_mean = torch.Tensor()
  featurenorm.init(self, nChannel, eps or 1e-5, affine, true)
end

featurenorm.methods(GroupNorm, parent, function(self, input)
  if input.ndim < 2 or tonumber(input.sizes[1]) ~= self.nChannel then
    F.raise('%s: expected [n %d ...], got %s', torch.type(self), self.nChannel, F.describe(input))
  end
  return 1, self.nGroup
end)

function GroupNorm:__tostring__()
  return ('%s(%d, %d)%s'):format(torch.type(self), self.nGroup, self.nChannel,
    self.affine and '' or ' without weight')
end
