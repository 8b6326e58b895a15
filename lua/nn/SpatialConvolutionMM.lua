-- nn.SpatialConvolutionMM(nInputPlane, nOutputPlane, kW, kH, [dW = 1], [dH = 1], [padW = 0],
-- [padH = padW]): nn.SpatialConvolution with its weight kept as a matrix
-- [nOutputPlane nInputPlane*kH*kW].
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> that of nn.SpatialConvolution.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local MM, parent = torch.class('nn.SpatialConvolutionMM', 'nn.Module')

function MM:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW = padW or 0
  self.padH = padH or self.padW
  conv.check(self, 1, 'nInputPlane', 'nOutputPlane', 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  conv.parameters(self, {nOutputPlane, nInputPlane * kH * kW}, {nOutputPlane})
  self.finput, self.fgradInput = torch.Tensor(), torch.Tensor()
  self:reset()
end

conv.methods(MM, parent)

function MM:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane, stdv)
end

-- A matrix of weights or gradients as [nOutputPlane nInputPlane kH kW].
local function kernels(self, matrix)
  return matrix:view(self.nOutputPlane, self.nInputPlane, self.kH, self.kW)
end

-- Models of early versions have one padding, or none.
local function upgrade(self)
  self.padW, self.padH = self.padW or self.padding or 0, self.padH or self.padding or 0
end

function MM:updateOutput(input)
  upgrade(self)
  conv.planes(self, input, 3, self.nInputPlane)
  check(C.lt_conv2d(self.output, input, kernels(self, self.weight), self.bias, self.dH, self.dW,
    self.padH, self.padW, 1, 1, 1))
  return self.output
end

function MM:updateGradInput(input, gradOutput)
  conv.planes(self, input, 3, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.gradInput then return nil end
  check(C.lt_conv2d_grad_input(self.gradInput, gradOutput, kernels(self, self.weight), input,
    self.dH, self.dW, self.padH, self.padW, 1, 1, 1))
  return self.gradInput
end

function MM:accGradParameters(input, gradOutput, scale)
  conv.planes(self, input, 3, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_conv2d_grad_weight(kernels(self, self.gradWeight), self.gradBias, input, gradOutput,
    self.dH, self.dW, self.padH, self.padW, 1, 1, 1, scale or 1))
end

function MM:__tostring__()
  upgrade(self)
  return conv.text(self, conv.channels(self), {'W', 'H'}) .. (self.bias and '' or ' without bias')
end
