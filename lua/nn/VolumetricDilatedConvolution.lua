-- nn.VolumetricDilatedConvolution(nInputPlane, nOutputPlane, kT, kW, kH, [dT = 1], [dW = 1],
-- [dH = 1], [padT = 0], [padW = padT], [padH = padW], [dilationT = 1], [dilationW = 1],
-- [dilationH = 1]): nn.VolumetricConvolution whose kernel touches every dilationT-th frame,
-- dilationW-th column and dilationH-th row.
-- Shapes: [n nInputPlane t h w] or [nInputPlane t h w] -> [n nOutputPlane ot oh ow] or
-- [nOutputPlane ot oh ow], ot = floor((t + 2 padT - dilationT (kT - 1) - 1) / dT) + 1.

local conv = require 'nn.conv'
require 'nn'

local torch = torch

local Dilated, parent = torch.class('nn.VolumetricDilatedConvolution', 'nn.VolumetricConvolution')

function Dilated:__init(nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT, padW, padH,
    dilationT, dilationW, dilationH)
  parent.__init(self, nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT, padW, padH)
  self.dilationT, self.dilationW, self.dilationH = dilationT or 1, dilationW or 1, dilationH or 1
  conv.check(self, 1, 'dilationT', 'dilationW', 'dilationH')
end
