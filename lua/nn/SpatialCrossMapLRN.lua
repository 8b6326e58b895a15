-- nn.SpatialCrossMapLRN(size, [alpha = 0.0001], [beta = 0.75], [k = 1]): local response
-- normalization across the channels of inputs [n c h w] or [c h w]: x / (k + alpha / size (sum of
-- x^2 over `size` channels around it))^beta. Krizhevsky et al., ImageNet Classification with Deep
-- Convolutional Neural Networks, 2012.
-- Shapes: [n c h w] or [c h w] -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialCrossMapLRN, parent = torch.class('nn.SpatialCrossMapLRN', 'nn.Module')

function SpatialCrossMapLRN:__init(size, alpha, beta, k)
  parent.__init(self)
  need.size(self, size, 'size')
  self.size = size
  self.alpha = alpha or 0.0001
  self.beta = beta or 0.75
  self.k = k or 1
  for _, field in ipairs {'alpha', 'beta', 'k'} do need.number(self, self[field], field) end
end

function SpatialCrossMapLRN:updateOutput(input)
  need.sample(self, input, 3)
  local output = self.output
  self.scale = self.scale or F.like(output)
  check(C.lt_lrn(output, self.scale, input, self.size, self.alpha, self.beta, self.k))
  return output
end

function SpatialCrossMapLRN:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.scale then F.raise('nn.SpatialCrossMapLRN: backward before forward') end
  local gradInput = self.gradInput
  check(C.lt_lrn_grad(gradInput, gradOutput, input, self.scale, self.size, self.alpha, self.beta))
  return gradInput
end

-- Models of Torch7 have buffers for two ratios besides.
function SpatialCrossMapLRN:clearState()
  nn.utils.clear(self, 'scale', 'paddedRatio', 'accumRatio')
  return parent.clearState(self)
end
