-- nn.SpatialUpSamplingBilinear: inputs [n c h w] or [c h w] `scale` times as high and wide, or in
-- the size {oheight =, owidth =}, by linear interpolation; the corners keep their places.

local need = require 'nn.need'
local upsampling = require 'nn.upsampling'
require 'nn'

local torch = torch

local Bilinear, parent = torch.class('nn.SpatialUpSamplingBilinear', 'nn.Module')

function Bilinear:__init(params)
  parent.__init(self)
  upsampling.init(self, params, 4)
end

function Bilinear:setSize(input)
  need.sample(self, input, 3)
  upsampling.set_size(self, input, 2)
end

function Bilinear:updateOutput(input)
  need.sample(self, input, 3)
  return upsampling.forward(self, input, 2, false)
end

function Bilinear:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  return upsampling.backward(self, input, gradOutput, 2, false)
end

function Bilinear:__tostring__()
  if self.scale_factor then return ('%s(%d)'):format(torch.type(self), self.scale_factor) end
  return ('%s(%d, %d)'):format(torch.type(self), self.oheight, self.owidth)
end
