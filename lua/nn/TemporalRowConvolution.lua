-- nn.TemporalRowConvolution(inputFrameSize, kW, [dW = 1], [featFirst = false]): 1-D convolution of
-- every feature of a sequence with a kernel of its own; weight [inputFrameSize 1 kW], bias
-- [inputFrameSize].
-- Shapes: [n t inputFrameSize] or [t inputFrameSize] -> [n ot inputFrameSize] or
-- [ot inputFrameSize], with featFirst [n inputFrameSize t] or [inputFrameSize t] ->
-- [n inputFrameSize ot] or [inputFrameSize ot], ot = floor((t - kW) / dW) + 1.

local conv = require 'nn.conv'
local depthwise = require 'nn.depthwise'
require 'nn'

local torch = torch

local TemporalRowConvolution, parent = torch.class('nn.TemporalRowConvolution', 'nn.Module')

function TemporalRowConvolution:__init(inputFrameSize, kW, dW, featFirst)
  parent.__init(self)
  self.inputFrameSize = inputFrameSize
  self.kW, self.dW = kW, dW or 1
  conv.check(self, 1, 'inputFrameSize', 'kW', 'dW')
  conv.parameters(self, {inputFrameSize, 1, kW}, {inputFrameSize})
  self.featFirst = featFirst and true or false
  self:reset()
end

conv.methods(TemporalRowConvolution, parent)

function TemporalRowConvolution:reset(stdv)
  conv.reset(self, self.kW * self.inputFrameSize, stdv)
end

local function check(self, x)
  conv.planes(self, x, 2, self.inputFrameSize, self.featFirst and 1 or 2)
end

-- Weights or gradients as kernels [inputFrameSize 1 1 kW].
local function kernels(self, weight)
  return weight:view(self.inputFrameSize, 1, 1, self.kW)
end

function TemporalRowConvolution:updateOutput(input)
  check(self, input)
  self.finput = self.finput or input.new()
  depthwise.forward(self, self.finput, depthwise.image(input, self.featFirst),
    kernels(self, self.weight), self.bias)
  return depthwise.sequence(self.output, self.finput, self.featFirst)
end

function TemporalRowConvolution:updateGradInput(input, gradOutput)
  check(self, input)
  check(self, gradOutput)
  if not self.gradInput then return nil end
  self.fgradInput = self.fgradInput or input.new()
  depthwise.grad_input(self, self.fgradInput, depthwise.image(gradOutput, self.featFirst),
    kernels(self, self.weight), depthwise.image(input, self.featFirst))
  return depthwise.sequence(self.gradInput, self.fgradInput, self.featFirst)
end

function TemporalRowConvolution:accGradParameters(input, gradOutput, scale)
  check(self, input)
  check(self, gradOutput)
  depthwise.grad_weight(self, kernels(self, self.gradWeight), self.gradBias,
    depthwise.image(input, self.featFirst), depthwise.image(gradOutput, self.featFirst), scale or 1)
end

function TemporalRowConvolution:__tostring__()
  return ('%s(%d, %d%s)%s'):format(torch.type(self), self.inputFrameSize, self.kW,
    self.dW ~= 1 and ', ' .. self.dW or '', self.bias and '' or ' without bias')
end
