-- nn.SpatialFullConvolution(nInputPlane, nOutputPlane, kW, kH, [dW = 1], [dH = 1], [padW = 0],
-- [padH = 0], [adjW = 0], [adjH = 0]): 2-D full (transposed) convolution: every pixel adds its
-- value times weight [nInputPlane nOutputPlane kH kW] to a kH x kW window of the output, windows dH
-- and dW apart; bias [nOutputPlane]. The input may be a table {input, target}: adj is then chosen
-- for an output of the target's height and width.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> [n nOutputPlane oh ow] or
-- [nOutputPlane oh ow], oh = (h - 1) dH - 2 padH + kH + adjH.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local full = require 'nn.fullconv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialFullConvolution, parent = torch.class('nn.SpatialFullConvolution', 'nn.Module')

function SpatialFullConvolution:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, adjW,
    adjH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW, self.padH = padW or 0, padH or 0
  self.adjW, self.adjH = adjW or 0, adjH or 0
  full.check(self, {'W', 'H'})
  conv.parameters(self, {nInputPlane, nOutputPlane, kH, kW}, {nOutputPlane})
  self.ones = torch.Tensor()
  self:reset()
end

conv.methods(SpatialFullConvolution, parent)

function SpatialFullConvolution:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane, stdv)
end

-- The input tensor, and the adjustments of height and width.
local function arguments(self, input)
  self.adjW, self.adjH = self.adjW or 0, self.adjH or 0
  return full.input(self, input, 3), full.adjustment(self, input, 'H', 2),
    full.adjustment(self, input, 'W', 1)
end

function SpatialFullConvolution:updateOutput(input)
  local x, adjH, adjW = arguments(self, input)
  check(C.lt_fullconv2d(self.output, x, self.weight, self.bias, self.dH, self.dW, self.padH,
    self.padW, adjH, adjW, 1))
  return self.output
end

function SpatialFullConvolution:updateGradInput(input, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  local x, adjH, adjW = arguments(self, input)
  local gradInput = full.gradInput(self)
  if not gradInput then return nil end
  check(C.lt_fullconv2d_grad_input(gradInput, gradOutput, self.weight, x, self.dH, self.dW,
    self.padH, self.padW, adjH, adjW, 1))
  return full.set_gradInput(self, input, gradInput)
end

function SpatialFullConvolution:accGradParameters(input, gradOutput, scale)
  need.tensor(self, gradOutput, 'gradOutput')
  local x, adjH, adjW = arguments(self, input)
  check(C.lt_fullconv2d_grad_weight(self.gradWeight, self.gradBias, x, gradOutput, self.dH, self.dW,
    self.padH, self.padW, adjH, adjW, 1, scale or 1))
end

function SpatialFullConvolution:__tostring__()
  return conv.text(self, conv.channels(self), {'W', 'H'}, self.adjW and 'adj')
    .. (self.bias and '' or ' without bias')
end
