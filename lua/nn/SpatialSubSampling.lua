-- nn.SpatialSubSampling(nInputPlane, kW, kH, [dW = 1], [dH = 1]): sums over windows of every plane
-- of [n c h w] or [c h w], times weight[c], plus bias[c]; output sizes are floor((size - k) / d) +
-- 1.
-- Shapes: [n c h w] or [c h w], c = nInputPlane -> [n c oh ow] or [c oh ow], oh = floor((h - kH) /
-- dH) + 1.

local conv = require 'nn.conv'
local depthwise = require 'nn.depthwise'
local need = require 'nn.need'
require 'nn'

local torch = torch

local SpatialSubSampling, parent = torch.class('nn.SpatialSubSampling', 'nn.Module')

function SpatialSubSampling:__init(nInputPlane, kW, kH, dW, dH)
  parent.__init(self)
  self.nInputPlane = nInputPlane
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  conv.check(self, 1, 'nInputPlane', 'kW', 'kH', 'dW', 'dH')
  conv.parameters(self, {nInputPlane}, {nInputPlane})
  self:reset()
end

function SpatialSubSampling:reset(stdv)
  conv.reset(self, self.kW * self.kH, stdv)
end

function SpatialSubSampling:updateOutput(input)
  conv.planes(self, input, 3, self.nInputPlane)
  return (depthwise.forward(self, self.output, input,
    depthwise.sums(self.weight, self.kH, self.kW), self.bias))
end

function SpatialSubSampling:updateGradInput(input, gradOutput)
  conv.planes(self, input, 3, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.gradInput then return nil end
  return (depthwise.grad_input(self, self.gradInput, gradOutput,
    depthwise.sums(self.weight, self.kH, self.kW), input))
end

function SpatialSubSampling:accGradParameters(input, gradOutput, scale)
  conv.planes(self, input, 3, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  local n, size = self.nInputPlane, self.kH * self.kW
  local g = depthwise.grad_weight(self, self.weight.new(n, 1, self.kH, self.kW):zero(),
    self.gradBias, input, gradOutput, scale or 1)
  self.gradWeight:add(g:view(n, size):sum(2):view(n))
end
