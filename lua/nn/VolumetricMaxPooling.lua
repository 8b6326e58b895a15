-- nn.VolumetricMaxPooling(kT, kW, kH, [dT = kT], [dW = kW], [dH = kH], [padT = 0], [padW = 0],
-- [padH = 0]): maxima of kT x kH x kW windows, dT, dH and dW apart; the padding does not count.
-- Shapes: [n c t h w] or [c t h w] -> [n c ot oh ow] or [c ot oh ow], ot = floor((t + 2 padT - kT)
-- / dT) + 1; after ceil() rounded up.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local VolumetricMaxPooling, parent = torch.class('nn.VolumetricMaxPooling', 'nn.Module')

VolumetricMaxPooling.__version = 2

function VolumetricMaxPooling:__init(kT, kW, kH, dT, dW, dH, padT, padW, padH)
  parent.__init(self)
  self.kT, self.kW, self.kH = kT, kW, kH
  self.dT, self.dW, self.dH = dT or kT, dW or kW, dH or kH
  self.padT, self.padW, self.padH = padT or 0, padW or 0, padH or 0
  conv.check(self, 1, 'kT', 'kW', 'kH', 'dT', 'dW', 'dH')
  conv.check(self, 0, 'padT', 'padW', 'padH')
  self.ceil_mode = false
  self.indices = torch.LongTensor()
end

pooling.rounding(VolumetricMaxPooling)
pooling.keeps_indices(VolumetricMaxPooling, parent)
pooling.goes_back(VolumetricMaxPooling, 4, C.lt_maxpool3d_grad)

function VolumetricMaxPooling:updateOutput(input)
  need.sample(self, input, 4)
  local output = self.output
  check(C.lt_maxpool3d(output, pooling.indices(self, input), input, self.kT, self.kH, self.kW,
    self.dT, self.dH, self.dW, self.padT or 0, self.padH or 0, self.padW or 0, self.dilationT or 1,
    self.dilationH or 1, self.dilationW or 1, self.ceil_mode and 1 or 0))
  local dims = input.ndim -- the sizes are for nn.VolumetricMaxUnpooling
  self.itime, self.iheight, self.iwidth = input:size(dims - 2), input:size(dims - 1),
    input:size(dims)
  return output
end

function VolumetricMaxPooling:__tostring__()
  return ('%s(%s)'):format(torch.type(self), pooling.volume(self))
end
