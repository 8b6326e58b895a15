-- nn.VolumetricConvolution(nInputPlane, nOutputPlane, kT, kW, kH, [dT = 1], [dW = 1], [dH = 1],
-- [padT = 0], [padW = padT], [padH = padW]): 3-D convolution (cross-correlation), as
-- nn.SpatialConvolution in two dimensions; weight [nOutputPlane nInputPlane kT kH kW], bias
-- [nOutputPlane].
-- Shapes: [n nInputPlane t h w] or [nInputPlane t h w] -> [n nOutputPlane ot oh ow] or
-- [nOutputPlane ot oh ow], ot = floor((t + 2 padT - kT) / dT) + 1.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local VolumetricConvolution, parent = torch.class('nn.VolumetricConvolution', 'nn.Module')

function VolumetricConvolution:__init(nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT, padW,
    padH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kT, self.kW, self.kH = kT, kW, kH
  self.dT, self.dW, self.dH = dT or 1, dW or 1, dH or 1
  self.padT = padT or 0
  self.padW = padW or self.padT
  self.padH = padH or self.padW
  conv.check(self, 1, 'nInputPlane', 'nOutputPlane', 'kT', 'kW', 'kH', 'dT', 'dW', 'dH')
  conv.check(self, 0, 'padT', 'padW', 'padH')
  conv.parameters(self, {nOutputPlane, nInputPlane, kT, kH, kW}, {nOutputPlane})
  self.finput, self.fgradInput = torch.Tensor(), torch.Tensor()
  self:reset()
end

conv.methods(VolumetricConvolution, parent)

function VolumetricConvolution:reset(stdv)
  conv.reset(self, self.kT * self.kW * self.kH * self.nInputPlane, stdv)
end

-- Models of early versions have no padding, or keep the weight as a matrix.
local function upgrade(self)
  self.padT = self.padT or 0
  self.padW, self.padH = self.padW or 0, self.padH or 0
  if self.weight:dim() == 2 then
    local n, c, t, h, w = self.nOutputPlane, self.nInputPlane, self.kT, self.kH, self.kW
    self.weight = self.weight:view(n, c, t, h, w)
    if self.gradWeight and self.gradWeight:nElement() > 0 then
      self.gradWeight = self.gradWeight:view(n, c, t, h, w)
    end
  end
end

function VolumetricConvolution:updateOutput(input)
  if not self.padT or self.weight.ndim == 2 then upgrade(self) end
  conv.planes(self, input, 4, self.nInputPlane)
  local output = self.output
  check(C.lt_conv3d(output, input, self.weight, self.bias, self.dT, self.dH, self.dW, self.padT,
    self.padH, self.padW, self.dilationT or 1, self.dilationH or 1, self.dilationW or 1, 1))
  return output
end

function VolumetricConvolution:updateGradInput(input, gradOutput)
  conv.planes(self, input, 4, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  if not gradInput then return nil end
  check(C.lt_conv3d_grad_input(gradInput, gradOutput, self.weight, input, self.dT, self.dH, self.dW,
    self.padT, self.padH, self.padW, self.dilationT or 1, self.dilationH or 1, self.dilationW or 1,
    1))
  return gradInput
end

function VolumetricConvolution:accGradParameters(input, gradOutput, scale)
  conv.planes(self, input, 4, self.nInputPlane)
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_conv3d_grad_weight(self.gradWeight, self.gradBias, input, gradOutput, self.dT, self.dH,
    self.dW, self.padT, self.padH, self.padW, self.dilationT or 1, self.dilationH or 1,
    self.dilationW or 1, 1, scale or 1))
end

function VolumetricConvolution:__tostring__()
  return conv.text(self, conv.channels(self), {'T', 'W', 'H'}, self.dilationT and 'dilation')
end
