-- nn.SpatialUpSamplingNearest(scale): every row and column `scale` times.
-- Shapes: [n c h w] or [c h w] -> [n c h*scale w*scale] or [c h*scale w*scale].

local need = require 'nn.need'
local upsampling = require 'nn.upsampling'
require 'nn'

local torch = torch

local Nearest, parent = torch.class('nn.SpatialUpSamplingNearest', 'nn.Module')

function Nearest:__init(scale)
  parent.__init(self)
  need.size(self, scale, 'scale_factor')
  upsampling.init(self, scale, 4)
end

function Nearest:updateOutput(input)
  need.sample(self, input, 3)
  return (upsampling.forward(self, input, 2, true))
end

function Nearest:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  return (upsampling.backward(self, input, gradOutput, 2, true))
end
