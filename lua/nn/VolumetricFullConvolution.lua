-- nn.VolumetricFullConvolution(nInputPlane, nOutputPlane, kT, kW, kH, [dT = 1], [dW = 1], [dH = 1],
-- [padT = 0], [padW = 0], [padH = 0], [adjT = 0], [adjW = 0], [adjH = 0]): 3-D full (transposed)
-- convolution, as nn.SpatialFullConvolution in two dimensions; weight
-- [nInputPlane nOutputPlane kT kH kW], bias [nOutputPlane]. The input may be a table
-- {input, target}: adj is then chosen for an output of the target's size.
-- Shapes: [n nInputPlane t h w] or [nInputPlane t h w] -> [n nOutputPlane ot oh ow] or
-- [nOutputPlane ot oh ow], ot = (t - 1) dT - 2 padT + kT + adjT.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local full = require 'nn.fullconv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local VolumetricFullConvolution, parent = torch.class('nn.VolumetricFullConvolution', 'nn.Module')

function VolumetricFullConvolution:__init(nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT,
    padW, padH, adjT, adjW, adjH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kT, self.kW, self.kH = kT, kW, kH
  self.dT, self.dW, self.dH = dT or 1, dW or 1, dH or 1
  self.padT, self.padW, self.padH = padT or 0, padW or 0, padH or 0
  self.adjT, self.adjW, self.adjH = adjT or 0, adjW or 0, adjH or 0
  full.check(self, {'T', 'W', 'H'})
  conv.parameters(self, {nInputPlane, nOutputPlane, kT, kH, kW}, {nOutputPlane})
  self.ones = torch.Tensor()
  self.finput, self.fgradInput = torch.Tensor(), torch.Tensor()
  self:reset()
end

conv.methods(VolumetricFullConvolution, parent)

function VolumetricFullConvolution:reset(stdv)
  conv.reset(self, self.kT * self.kW * self.kH * self.nInputPlane, stdv)
end

-- Models of early versions have the weight's first two dimensions exchanged, and other names.
local function upgrade(self)
  self.weight = self.weight:transpose(1, 2):contiguous()
  self.padT, self.padW, self.padH = self.padT or self.pT, self.padW or self.pW, self.padH or self.pH
  self.adjT, self.adjW, self.adjH = self.adjT or 0, self.adjW or 0, self.adjH or 0
end

-- The input tensor, and the adjustments of frames, height and width.
local function arguments(self, input)
  if not self.adjW then upgrade(self) end
  return full.input(self, input, 4), full.adjustment(self, input, 'T', 3),
    full.adjustment(self, input, 'H', 2), full.adjustment(self, input, 'W', 1)
end

function VolumetricFullConvolution:updateOutput(input)
  local x, adjT, adjH, adjW = arguments(self, input)
  check(C.lt_fullconv3d(self.output, x, self.weight, self.bias, self.dT, self.dH, self.dW,
    self.padT, self.padH, self.padW, adjT, adjH, adjW, 1))
  return self.output
end

function VolumetricFullConvolution:updateGradInput(input, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  local x, adjT, adjH, adjW = arguments(self, input)
  local gradInput = full.gradInput(self)
  if not gradInput then return nil end
  check(C.lt_fullconv3d_grad_input(gradInput, gradOutput, self.weight, x, self.dT, self.dH, self.dW,
    self.padT, self.padH, self.padW, adjT, adjH, adjW, 1))
  return full.set_gradInput(self, input, gradInput)
end

function VolumetricFullConvolution:accGradParameters(input, gradOutput, scale)
  need.tensor(self, gradOutput, 'gradOutput')
  local x, adjT, adjH, adjW = arguments(self, input)
  check(C.lt_fullconv3d_grad_weight(self.gradWeight, self.gradBias, x, gradOutput, self.dT, self.dH,
    self.dW, self.padT, self.padH, self.padW, adjT, adjH, adjW, 1, scale or 1))
end

function VolumetricFullConvolution:__tostring__()
  return conv.text(self, conv.channels(self), {'T', 'W', 'H'}, self.adjT and 'adj')
end
