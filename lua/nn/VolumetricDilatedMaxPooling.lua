-- nn.VolumetricDilatedMaxPooling(kT, kW, kH, [dT = kT], [dW = kW], [dH = kH], [padT = 0],
-- [padW = 0], [padH = 0], [dilationT = 1], [dilationW = 1], [dilationH = 1]):
-- nn.VolumetricMaxPooling whose windows take every dilationT-th frame, dilationW-th column and
-- dilationH-th row.
-- Shapes: [n c t h w] or [c t h w] -> [n c ot oh ow] or [c ot oh ow], ot = floor((t + 2 padT -
-- dilationT (kT - 1) - 1) / dT) + 1.

local conv = require 'nn.conv'
local pooling = require 'nn.pooling'
require 'nn'

local torch = torch

local Dilated, parent = torch.class('nn.VolumetricDilatedMaxPooling', 'nn.VolumetricMaxPooling')

Dilated.__version = 2

function Dilated:__init(kT, kW, kH, dT, dW, dH, padT, padW, padH, dilationT, dilationW, dilationH)
  parent.__init(self, kT, kW, kH, dT, dW, dH, padT, padW, padH)
  self.dilationT, self.dilationW, self.dilationH = dilationT or 1, dilationW or 1, dilationH or 1
  conv.check(self, 1, 'dilationT', 'dilationW', 'dilationH')
end

function Dilated:__tostring__()
  return ('%s(%s, %d,%d,%d)'):format(torch.type(self), pooling.volume(self), self.dilationT,
    self.dilationW, self.dilationH)
end
