-- nn.InstanceNorm(nChannel[, eps][, affine]): nn.GroupNorm with a group for each channel, that is,
-- every channel of every sample of [n nChannel ...] with its own mean and variance. An addition to
-- Torch7. Ulyanov et al., Instance Normalization, 2016.

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
