-- nn.SpatialMaxPooling(kW, kH, [dW = kW], [dH = kH], [padW = 0], [padH = 0]): maxima of kW x kH
-- windows, dW and dH apart; the padding does not count.
-- Shapes: [n c h w] or [c h w] -> [n c oh ow] or [c oh ow], oh = floor((h + 2 padH - kH) / dH) + 1;
-- after ceil() rounded up.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialMaxPooling, parent = torch.class('nn.SpatialMaxPooling', 'nn.Module')

function SpatialMaxPooling:__init(kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or kW, dH or kH
  self.padW, self.padH = padW or 0, padH or 0
  conv.check(self, 1, 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.ceil_mode = false
  self.indices = torch.LongTensor()
end

pooling.rounding(SpatialMaxPooling)
pooling.keeps_indices(SpatialMaxPooling, parent)
pooling.goes_back(SpatialMaxPooling, 3, C.lt_maxpool2d_grad)

function SpatialMaxPooling:updateOutput(input)
  need.sample(self, input, 3)
  local output = self.output
  check(C.lt_maxpool2d(output, pooling.indices(self, input), input, self.kH, self.kW, self.dH,
    self.dW, self.padH or 0, self.padW or 0, self.dilationH or 1, self.dilationW or 1,
    self.ceil_mode and 1 or 0))
  local dims = input.ndim
  self.iheight, self.iwidth = input:size(dims - 1), input:size(dims) -- for nn.SpatialMaxUnpooling
  return output
end

function SpatialMaxPooling:__tostring__()
  return ('%s(%s)'):format(torch.type(self), conv.window(self, true))
end
