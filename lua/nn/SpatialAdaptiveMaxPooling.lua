-- nn.SpatialAdaptiveMaxPooling(W, H): maxima of W x H regions that cover the image, for inputs
-- [n c h w] or [c h w] of any size. Output i of n takes the places floor(i size / n) to ceil((i +
-- 1) size / n) - 1, from 0.
-- Shapes: [n c h w] or [c h w] -> [n c H W] or [c H W].

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local AdaptiveMax, parent = torch.class('nn.SpatialAdaptiveMaxPooling', 'nn.Module')

function AdaptiveMax:__init(W, H)
  parent.__init(self)
  self.W, self.H = W, H
  conv.check(self, 1, 'W', 'H')
end

pooling.keeps_indices(AdaptiveMax, parent)
pooling.goes_back(AdaptiveMax, 3, C.lt_maxpool2d_grad)

function AdaptiveMax:updateOutput(input)
  need.sample(self, input, 3)
  local output = self.output
  check(C.lt_adaptive_maxpool2d(output, pooling.indices(self, input), input, self.H, self.W))
  return output
end
