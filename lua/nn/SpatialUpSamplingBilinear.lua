-- nn.SpatialUpSamplingBilinear(scale) or ({oheight =, owidth =}): images `scale` times as high and
-- wide, or of the given size, by linear interpolation; the corners keep their places.
-- Shapes: [n c h w] or [c h w] -> [n c oh ow] or [c oh ow], oh = h scale.

local need = require 'nn.need'
local upsampling = require 'nn.upsampling'
require 'nn'

local torch = torch

local Bilinear, parent = torch.class('nn.SpatialUpSamplingBilinear', 'nn.Module')

function Bilinear:__init(params)
  parent.__init(self)
  upsampling.init(self, params, 4)
end

--- Sets outputSize for an input.
function Bilinear:setSize(input)
  need.sample(self, input, 3)
  upsampling.set_size(self, input, 2)
end

function Bilinear:updateOutput(input)
  need.sample(self, input, 3)
  return (upsampling.forward(self, input, 2, false))
end

function Bilinear:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  return (upsampling.backward(self, input, gradOutput, 2, false))
end

function Bilinear:__tostring__()
  if self.scale_factor then return ('%s(%d)'):format(torch.type(self), self.scale_factor) end
  return ('%s(%d, %d)'):format(torch.type(self), self.oheight, self.owidth)
end
