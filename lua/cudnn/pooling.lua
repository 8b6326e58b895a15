-- Pooling of cudnn: that of nn, with windows side by side where no strides are given. The field
-- mode has the name that cuDNN gives to what is computed.

local F = require 'torch.ffi'
local layer = require 'cudnn.layer'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
local torch = require 'torch'

local C, check = F.C, F.check
local classes = layer.classes

local INCLUDE = 'CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING'
local EXCLUDE = 'CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING'

-- cudnn.SpatialMaxPooling(kW, kH, [dW = kW], [dH = kH], [padW = 0], [padH = 0]):
-- nn.SpatialMaxPooling.
-- cudnn.VolumetricMaxPooling(kT, kW, kH, [dT = kT], [dW = kW], [dH = kH], [padT = 0], [padW = 0],
-- [padH = 0]): nn.VolumetricMaxPooling.
for name, dims in pairs {SpatialMaxPooling = 4, VolumetricMaxPooling = 5} do
  local class = torch.class('cudnn.' .. name, 'nn.' .. name, classes)
  class.mode = 'CUDNN_POOLING_MAX'
  layer.keeps_sizes(class, dims)
  layer.leaves_out(class, 'indices')
end

-- cudnn.SpatialAveragePooling(kW, kH, [dW = kW], [dH = kH], [padW = 0], [padH = 0]):
-- nn.SpatialAveragePooling; the mode says whether the padding counts.
local Average, average = torch.class('cudnn.SpatialAveragePooling', 'nn.SpatialAveragePooling',
  classes)

function Average:__init(kW, kH, dW, dH, padW, padH)
  average.__init(self, kW, kH, dW or kW, dH or kH, padW, padH)
  self.mode = INCLUDE
end

function Average:setCountIncludePad()
  self.mode = INCLUDE
  return average.setCountIncludePad(self)
end

function Average:setCountExcludePad()
  self.mode = EXCLUDE
  return average.setCountExcludePad(self)
end

function Average:updateOutput(input)
  self.count_include_pad = self.mode ~= EXCLUDE
  return average.updateOutput(self, input)
end

layer.keeps_sizes(Average, 4)

-- cudnn.VolumetricAveragePooling(kT, kW, kH, [dT = kT], [dW = kW], [dH = kH], [padT = 0],
-- [padW = 0], [padH = 0]): nn.VolumetricAveragePooling of volumes with zeros around them.
local Volumetric, volumetric = torch.class('cudnn.VolumetricAveragePooling',
  'nn.VolumetricAveragePooling', classes)

Volumetric.mode = INCLUDE
pooling.rounding(Volumetric)

function Volumetric:__init(kT, kW, kH, dT, dW, dH, padT, padW, padH)
  volumetric.__init(self, kT, kW, kH, dT, dW, dH)
  self.padT, self.padW, self.padH = padT or 0, padW or 0, padH or 0
  self.ceil_mode = false
end

function Volumetric:updateOutput(input)
  need.sample(self, input, 4)
  check(C.lt_avgpool3d(self.output, input, self.kT, self.kH, self.kW, self.dT, self.dH, self.dW,
    self.padT or 0, self.padH or 0, self.padW or 0, self.ceil_mode and 1 or 0, 1))
  return self.output
end

function Volumetric:updateGradInput(input, gradOutput)
  need.sample(self, input, 4)
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_avgpool3d_grad(self.gradInput, gradOutput, input, self.kT, self.kH, self.kW, self.dT,
    self.dH, self.dW, self.padT or 0, self.padH or 0, self.padW or 0, self.ceil_mode and 1 or 0, 1))
  return self.gradInput
end

layer.keeps_sizes(Volumetric, 5)
