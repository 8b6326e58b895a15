-- nn.RMSNorm(size, [eps = 1e-6], [affine = true]): y = x / sqrt(mean(x^2) + eps) * weight along the
-- last dimension; weight [size], 1 at first, only when affine. An addition to Torch7. Zhang and
-- Sennrich, Root Mean Square Layer Normalization, 2019.
-- Shapes: [... size] -> the same.

local featurenorm = require 'nn.featurenorm'
local need = require 'nn.need'
require 'nn'

local torch = torch

local RMSNorm, parent = torch.class('nn.RMSNorm', 'nn.Module')

function RMSNorm:__init(size, eps, affine)
  parent.__init(self)
  need.size(self, size, 'size')
  self.size = size
  featurenorm.init(self, size, eps or 1e-6, affine, false)
end

featurenorm.methods(RMSNorm, parent, featurenorm.last)

function RMSNorm:__tostring__()
  return ('%s(%d)%s'):format(torch.type(self), self.size, self.affine and '' or ' without weight')
end
