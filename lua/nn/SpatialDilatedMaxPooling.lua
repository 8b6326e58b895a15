-- nn.SpatialDilatedMaxPooling(kW, kH, [dW = kW], [dH = kH], [padW = 0], [padH = 0],
-- [dilationW = 1], [dilationH = 1]): nn.SpatialMaxPooling whose windows take every dilationW-th
-- column and dilationH-th row.
-- Shapes: [n c h w] or [c h w] -> [n c oh ow] or [c oh ow], oh = floor((h + 2 padH - dilationH (kH
-- - 1) - 1) / dH) + 1.

local conv = require 'nn.conv'
require 'nn'

local torch = torch

local Dilated, parent = torch.class('nn.SpatialDilatedMaxPooling', 'nn.SpatialMaxPooling')

function Dilated:__init(kW, kH, dW, dH, padW, padH, dilationW, dilationH)
  parent.__init(self, kW, kH, dW, dH, padW, padH)
  self.dilationW, self.dilationH = dilationW or 1, dilationH or 1
  conv.check(self, 1, 'dilationW', 'dilationH')
end

function Dilated:__tostring__()
  return ('%s(%s, %d,%d)'):format(torch.type(self), conv.window(self, true), self.dilationW,
    self.dilationH)
end
