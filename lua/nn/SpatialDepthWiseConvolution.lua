-- nn.SpatialDepthWiseConvolution(nInputPlane, depthwiseMultiplier, kW, kH, [dW = 1], [dH = 1],
-- [padW = 0], [padH = padW]): every plane of [n c h w] or [c h w] is convolved with m =
-- depthwiseMultiplier kernels of its own; weight [m c kH kW] (a matrix [m c*kH*kW] until it is
-- first used), bias [m c]; the output has c * m planes, those of an input plane next to each other.
-- Shapes: [n c h w] or [c h w], c = nInputPlane -> [n c*m oh ow] or [c*m oh ow], oh = floor((h + 2
-- padH - kH) / dH) + 1.

local conv = require 'nn.conv'
local depthwise = require 'nn.depthwise'
local need = require 'nn.need'
require 'nn'

local torch = torch

local DepthWise, parent = torch.class('nn.SpatialDepthWiseConvolution', 'nn.Module')

DepthWise.__version = 2

function DepthWise:__init(nInputPlane, depthwiseMultiplier, kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.nInputPlane, self.depthwiseMultiplier = nInputPlane, depthwiseMultiplier
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW = padW or 0
  self.padH = padH or self.padW
  conv.check(self, 1, 'nInputPlane', 'depthwiseMultiplier', 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.nOutputPlane = nInputPlane * depthwiseMultiplier
  conv.parameters(self, {depthwiseMultiplier, nInputPlane * kH * kW},
    {depthwiseMultiplier, nInputPlane})
  self:reset()
end

conv.methods(DepthWise, parent)

function DepthWise:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane, stdv)
end

local function prepare(self, input)
  conv.planes(self, input, 3, self.nInputPlane)
  local m, c, h, w = self.depthwiseMultiplier, self.nInputPlane, self.kH, self.kW
  for _, field in ipairs {'weight', 'gradWeight'} do
    if self[field] and self[field].ndim == 2 then self[field] = self[field]:view(m, c, h, w) end
  end
end

-- Kernels in the order of the output planes.
local function kernels(self)
  return self.weight:transpose(1, 2):contiguous():view(self.nOutputPlane, 1, self.kH, self.kW)
end

function DepthWise:updateOutput(input)
  prepare(self, input)
  return (depthwise.forward(self, self.output, input, kernels(self),
    self.bias and self.bias:t()))
end

function DepthWise:updateGradInput(input, gradOutput)
  prepare(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.gradInput then return nil end
  return (depthwise.grad_input(self, self.gradInput, gradOutput, kernels(self), input))
end

function DepthWise:accGradParameters(input, gradOutput, scale)
  prepare(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  local m, c, h, w = self.depthwiseMultiplier, self.nInputPlane, self.kH, self.kW
  local g = self.weight.new(c, m, h, w):zero()
  depthwise.grad_weight(self, g:view(c * m, 1, h, w), self.gradBias and self.gradBias:t(), input,
    gradOutput, scale or 1)
  self.gradWeight:add(g:transpose(1, 2))
end

--- Models of version 1 call the multiplier nOutputPlane.
function DepthWise:read(file, version)
  for field, value in pairs(file:readObject()) do self[field] = value end
  if version and version < 2 then
    self.depthwiseMultiplier = self.nOutputPlane
    self.nOutputPlane = self.depthwiseMultiplier * self.nInputPlane
  end
end

function DepthWise:__tostring__()
  return conv.text(self, ('%d -> %d'):format(self.nInputPlane, self.depthwiseMultiplier),
    {'W', 'H'}) .. (self.bias and '' or ' without bias')
end
