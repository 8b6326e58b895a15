-- nn.SpatialDilatedConvolution(nInputPlane, nOutputPlane, kW, kH, [dW = 1], [dH = 1], [padW = 0],
-- [padH = padW], [dilationW = 1], [dilationH = 1]): nn.SpatialConvolution whose kernel touches
-- every dilationW-th column and every dilationH-th row; output sizes are floor((size + 2 pad -
-- dilation (k - 1) - 1) / d) + 1.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> [n nOutputPlane oh ow] or
-- [nOutputPlane oh ow], oh = floor((h + 2 padH - dilationH (kH - 1) - 1) / dH) + 1.

local conv = require 'nn.conv'
require 'nn'

local torch = torch

local Dilated, parent = torch.class('nn.SpatialDilatedConvolution', 'nn.SpatialConvolution')

function Dilated:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, dilationW, dilationH)
  parent.__init(self, nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)
  self.dilationW, self.dilationH = dilationW or 1, dilationH or 1
  conv.check(self, 1, 'dilationW', 'dilationH')
end

conv.methods(Dilated, parent)

function Dilated:__tostring__()
  return conv.text(self, conv.channels(self), {'W', 'H'}, 'dilation')
    .. (self.bias and '' or ' without bias')
end
