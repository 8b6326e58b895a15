-- Convolutions of cudnn: those of nn, with groups under the original's name, padding that is 0
-- where it is not given, and methods that choose algorithms.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local layer = require 'cudnn.layer'
local need = require 'nn.need'
local torch = require 'torch'

local C, check = F.C, F.check
local classes = layer.classes

-- cudnn.SpatialConvolution(nInputPlane, nOutputPlane, kW, kH, [dW = 1], [dH = 1], [padW = 0],
-- [padH = 0], [groups = 1]): nn.SpatialConvolution with weight [nOutputPlane nInputPlane/groups kH
-- kW].
local Spatial, spatial = torch.class('cudnn.SpatialConvolution', 'nn.SpatialConvolution', classes)

function Spatial:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, groups)
  self.groups = groups or 1
  spatial.__init(self, nInputPlane, nOutputPlane, kW, kH, dW, dH, padW or 0, padH or 0,
    self.groups ~= 1 and groups or nil)
end

function Spatial:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane, stdv)
end

-- Files have `groups`, and those of early versions not even that.
local function follow_groups(self)
  self.groups = self.groups or 1
  self.nGroup = self.groups > 1 and self.groups or nil
end

function Spatial:read(file)
  spatial.read(self, file)
  follow_groups(self)
end

function Spatial:updateOutput(input)
  follow_groups(self)
  return spatial.updateOutput(self, input)
end

layer.chooses(Spatial)
layer.keeps_sizes(Spatial, 4, true)
layer.leaves_out(Spatial, 'nGroup')

-- cudnn.VolumetricConvolution(nInputPlane, nOutputPlane, kT, kW, kH, [dT = 1], [dW = 1], [dH = 1],
-- [padT = 0], [padW = 0], [padH = 0]): nn.VolumetricConvolution.
local Volumetric, volumetric = torch.class('cudnn.VolumetricConvolution',
  'nn.VolumetricConvolution', classes)

function Volumetric:__init(nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT, padW, padH)
  volumetric.__init(self, nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT or 0, padW or 0,
    padH or 0)
end

layer.chooses(Volumetric)
layer.keeps_sizes(Volumetric, 5, true)

-- The constructors of the others are those of nn.
for name, dims in pairs {SpatialFullConvolution = 4, VolumetricFullConvolution = 5,
  SpatialDilatedConvolution = 4, VolumetricDilatedConvolution = 5} do
  local class = torch.class('cudnn.' .. name, 'nn.' .. name, classes)
  layer.chooses(class)
  layer.keeps_sizes(class, dims, true)
end

-- cudnn.TemporalConvolution(inputFrameSize, outputFrameSize, kH, [dH = 1], [padH = 0]):
-- nn.TemporalConvolution over kH frames, dH apart, of sequences with padH frames of zeros before
-- and after them. kW and dW are those of an image whose rows are the frames: inputFrameSize and 1.
local Temporal, temporal = torch.class('cudnn.TemporalConvolution', 'nn.TemporalConvolution',
  classes)

function Temporal:__init(inputFrameSize, outputFrameSize, kH, dH, padH)
  temporal.__init(self, inputFrameSize, outputFrameSize, kH, dH)
  self.nInputPlane, self.nOutputPlane = 1, outputFrameSize
  self.kW, self.dW, self.padW = inputFrameSize, 1, 0
  self.kH, self.dH, self.padH = kH, dH or 1, padH or 0
  conv.check(self, 0, 'padH')
end

-- During the construction kH is not known yet.
function Temporal:reset(stdv)
  conv.reset(self, self.weight:size(2), stdv)
end

-- The input with its padding.
local function padded(self, input)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  local pad = self.padH or 0
  if pad == 0 then return input end
  local frames = input:size(input.ndim - 1)
  local size = input:size()
  size[input.ndim - 1] = frames + 2 * pad
  if not torch.isTensor(self.buffer) or self.buffer:type() ~= input:type() then
    self.buffer = input.new()
  end
  local x = self.buffer:resize(size):zero()
  x:narrow(input.ndim - 1, pad + 1, frames):copy(input)
  return x
end

function Temporal:updateOutput(input)
  local x = padded(self, input)
  check(C.lt_temporal_conv(self.output, x, self.weight, self.bias, self.kH, self.dH))
  return self.output
end

function Temporal:updateGradInput(input, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  local x = padded(self, input)
  if not self.gradInput then return nil end
  local gradInput = x == input and self.gradInput or input.new()
  check(C.lt_temporal_conv_grad_input(gradInput, gradOutput, self.weight, x, self.kH, self.dH))
  if x ~= input then
    local frames = gradInput:narrow(input.ndim - 1, self.padH + 1, input:size(input.ndim - 1))
    self.gradInput:resizeAs(input):copy(frames)
  end
  return self.gradInput
end

function Temporal:accGradParameters(input, gradOutput, scale)
  need.tensor(self, gradOutput, 'gradOutput')
  local x = padded(self, input)
  check(C.lt_temporal_conv_grad_weight(self.gradWeight, self.gradBias, x, gradOutput, self.kH,
    self.dH, scale or 1))
end

function Temporal:clearState()
  self.buffer = nil
  return temporal.clearState(self)
end

layer.chooses(Temporal)
layer.leaves_out(Temporal, 'buffer')
