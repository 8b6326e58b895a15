-- nn.SpatialAdaptiveAveragePooling(W, H): means of W x H regions that cover the image, for inputs
-- [n c h w] or [c h w] of any size. The regions are those of nn.SpatialAdaptiveMaxPooling.
-- Shapes: [n c h w] or [c h w] -> [n c H W] or [c H W].

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local AdaptiveAverage, parent = torch.class('nn.SpatialAdaptiveAveragePooling', 'nn.Module')

function AdaptiveAverage:__init(W, H)
  parent.__init(self)
  self.W, self.H = W, H
  conv.check(self, 1, 'W', 'H')
end

function AdaptiveAverage:updateOutput(input)
  need.sample(self, input, 3)
  local output = self.output
  check(C.lt_adaptive_avgpool2d(output, input, self.H, self.W))
  return output
end

function AdaptiveAverage:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  check(C.lt_adaptive_avgpool2d_grad(gradInput, gradOutput, input, self.H, self.W))
  return gradInput
end

--- The same as clearState().
function AdaptiveAverage:empty()
  return self:clearState()
end
