-- nn.TemporalConvolution(inputFrameSize, outputFrameSize, kW, [dW = 1]): y[i] = bias + weight
-- (frames i dW to i dW + kW - 1 side by side), indices from 0, a 1-D convolution over the frames of
-- sequences; weight [outputFrameSize kW*inputFrameSize], bias [outputFrameSize].
-- Shapes: [n t inputFrameSize] or [t inputFrameSize] -> [n ot outputFrameSize] or
-- [ot outputFrameSize], ot = floor((t - kW) / dW) + 1.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local TemporalConvolution, parent = torch.class('nn.TemporalConvolution', 'nn.Module')

function TemporalConvolution:__init(inputFrameSize, outputFrameSize, kW, dW)
  parent.__init(self)
  self.inputFrameSize, self.outputFrameSize = inputFrameSize, outputFrameSize
  self.kW, self.dW = kW, dW or 1
  conv.check(self, 1, 'inputFrameSize', 'outputFrameSize', 'kW', 'dW')
  conv.parameters(self, {outputFrameSize, inputFrameSize * kW}, {outputFrameSize})
  self:reset()
end

function TemporalConvolution:reset(stdv)
  conv.reset(self, self.kW * self.inputFrameSize, stdv)
end

function TemporalConvolution:updateOutput(input)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  check(C.lt_temporal_conv(self.output, input, self.weight, self.bias, self.kW, self.dW))
  return self.output
end

function TemporalConvolution:updateGradInput(input, gradOutput)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.gradInput then return nil end
  check(C.lt_temporal_conv_grad_input(self.gradInput, gradOutput, self.weight, input, self.kW,
    self.dW))
  return self.gradInput
end

function TemporalConvolution:accGradParameters(input, gradOutput, scale)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_temporal_conv_grad_weight(self.gradWeight, self.gradBias, input, gradOutput, self.kW,
    self.dW, scale or 1))
end

function TemporalConvolution:sharedAccUpdateGradParameters(input, gradOutput, lr)
  self:defaultAccUpdateGradParameters(input, gradOutput, lr)
end
