-- nn.InstanceNorm(nChannel, [eps = 1e-5], [affine = true]): y = (x - mean) / sqrt(var + eps) *
-- weight + bias, with mean and variance of every channel of every sample: nn.GroupNorm with a group
-- for each channel. An addition to Torch7. Ulyanov et al., Instance Normalization, 2016.
-- Shapes: [n nChannel ...] -> the same.

require 'nn'

local torch = torch

local InstanceNorm, parent = torch.class('nn.InstanceNorm', 'nn.GroupNorm')

function InstanceNorm:__init(nChannel, eps, affine)
  parent.__init(self, nChannel, nChannel, eps, affine)
end

function InstanceNorm:__tostring__()
  return ('%s(%d)%s'):format(torch.type(self), self.nChannel,
    self.affine and '' or ' without weight')
end
