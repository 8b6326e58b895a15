-- nn.SpatialLPPooling(nInputPlane, pnorm, kW, kH, [dW = kW], [dH = kH]): p-norms of kW x kH
-- windows, dW and dH apart: (sum x^p)^(1/p), made of other modules. nInputPlane is not used.
-- Shapes: [n c h w] or [c h w] -> [n c oh ow] or [c oh ow], oh = floor((h - kH) / dH) + 1.

local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local SpatialLPPooling, parent = torch.class('nn.SpatialLPPooling', 'nn.Sequential')

function SpatialLPPooling:__init(_, pnorm, kW, kH, dW, dH)
  parent.__init(self)
  need.number(self, pnorm, 'power')
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or kW, dH or kH
  self:add(pnorm == 2 and nn.Square() or nn.Power(pnorm))
  self:add(nn.SpatialAveragePooling(self.kW, self.kH, self.dW, self.dH))
  self:add(nn.MulConstant(self.kW * self.kH))
  self:add(pnorm == 2 and nn.Sqrt() or nn.Power(1 / pnorm))
end
