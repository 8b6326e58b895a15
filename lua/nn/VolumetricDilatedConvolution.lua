-- nn.VolumetricDilatedConvolution: nn.VolumetricConvolution whose kernel touches every dilationT-th
-- frame, dilationW-th column and dilationH-th row.

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
