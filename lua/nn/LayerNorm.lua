-- nn.LayerNorm(size, [eps = 1e-5], [affine = true]): y = (x - mean) / sqrt(var + eps) * weight +
-- bias along the last dimension, with mean and variance (over size) of each line; weight and bias
-- [size], 1 and 0 at first, only when affine. An addition to Torch7, whose nn.LayerNormalization
-- computes the same for a single sample, up to eps, but not for a batch, where it takes means of
-- other samples away. Ba et al., Layer Normalization, 2016.
-- Shapes: [... size] -> the same.

local featurenorm = require 'nn.featurenorm'
local need = require 'nn.need'
require 'nn'

local torch = torch

local LayerNorm, parent = torch.class('nn.LayerNorm', 'nn.Module')

function LayerNorm:__init(size, eps, affine)
  parent.__init(self)
  need.size(self, size, 'size')
  self.size = size
  self.save_mean = torch.Tensor()
  featurenorm.init(self, size, eps or 1e-5, affine, true)
end

featurenorm.methods(LayerNorm, parent, featurenorm.last)

function LayerNorm:__tostring__()
  return ('%s(%d)%s'):format(torch.type(self), self.size, self.affine and '' or ' without weight')
end
