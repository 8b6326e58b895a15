-- nn.SpatialContrastiveNormalization([nInputPlane = 1], [kernel = torch.ones(9, 9)],
-- [threshold = 1e-4], [thresval = threshold]): nn.SpatialSubtractiveNormalization, then
-- nn.SpatialDivisiveNormalization with the same kernel, of inputs [n c h w] or [c h w]. Jarrett et
-- al., What is the Best Multi-Stage Architecture for Object Recognition?, 2009.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> the same.

local localnorm = require 'nn.localnormalization'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Contrastive, parent = torch.class('nn.SpatialContrastiveNormalization', 'nn.Module')

function Contrastive:__init(nInputPlane, kernel, threshold, thresval)
  parent.__init(self)
  localnorm.init(self, nInputPlane, kernel)
  self.threshold = threshold or 1e-4
  self.thresval = thresval or threshold or 1e-4
  self.normalizer = nn.Sequential()
    :add(nn.SpatialSubtractiveNormalization(self.nInputPlane, self.kernel))
    :add(nn.SpatialDivisiveNormalization(self.nInputPlane, self.kernel, self.threshold,
      self.thresval))
end

function Contrastive:updateOutput(input)
  need.sample(self, input, 3)
  self.output = self.normalizer:forward(input)
  return self.output
end

function Contrastive:updateGradInput(input, gradOutput)
  self.gradInput = self.normalizer:backward(input, gradOutput)
  return self.gradInput
end

function Contrastive:clearState()
  self.normalizer:clearState()
  return parent.clearState(self)
end
