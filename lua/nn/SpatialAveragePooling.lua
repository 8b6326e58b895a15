-- nn.SpatialAveragePooling(kW, kH, [dW = 1], [dH = 1], [padW = 0], [padH = 0]): means of kW x kH
-- windows, dW and dH apart, of images with padW and padH zeros around them.
-- Shapes: [n c h w] or [c h w] -> [n c oh ow] or [c oh ow], oh = floor((h + 2 padH - kH) / dH) + 1;
-- after ceil() rounded up.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialAveragePooling, parent = torch.class('nn.SpatialAveragePooling', 'nn.Module')

function SpatialAveragePooling:__init(kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW, self.padH = padW or 0, padH or 0
  conv.check(self, 1, 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.ceil_mode = false
  self.count_include_pad = true
  self.divide = true
end

pooling.rounding(SpatialAveragePooling)

--- Zeros of the padding count in the mean (the default).
function SpatialAveragePooling:setCountIncludePad()
  self.count_include_pad = true
  return self
end

--- Only elements of the input count in the mean.
function SpatialAveragePooling:setCountExcludePad()
  self.count_include_pad = false
  return self
end

-- Models of early versions lack some fields, whose values were these.
local function upgrade(self)
  self.padW, self.padH = self.padW or 0, self.padH or 0
  if self.count_include_pad == nil then self.count_include_pad = true end
  if self.divide == nil then self.divide = true end
end

function SpatialAveragePooling:updateOutput(input)
  need.sample(self, input, 3)
  upgrade(self)
  local output = self.output
  check(C.lt_avgpool2d(output, input, self.kH, self.kW, self.dH, self.dW, self.padH, self.padW,
    self.ceil_mode and 1 or 0, self.count_include_pad and 1 or 0))
  if not self.divide then output:mul(self.kW * self.kH) end -- sums, for nn.SpatialLPPooling
  return output
end

function SpatialAveragePooling:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  check(C.lt_avgpool2d_grad(gradInput, gradOutput, input, self.kH, self.kW, self.dH, self.dW,
    self.padH, self.padW, self.ceil_mode and 1 or 0, self.count_include_pad and 1 or 0))
  if not self.divide then gradInput:mul(self.kW * self.kH) end
  return gradInput
end

function SpatialAveragePooling:__tostring__()
  return ('%s(%s)'):format(torch.type(self), conv.window(self, true))
end
