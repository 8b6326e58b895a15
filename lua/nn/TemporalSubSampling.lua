-- nn.TemporalSubSampling(inputFrameSize, kW, [dW = 1]): sums over windows of kW frames, dW apart,
-- of every feature c of sequences, times weight[c], plus bias[c].
-- Shapes: [n t inputFrameSize] or [t inputFrameSize] -> [n ot inputFrameSize] or
-- [ot inputFrameSize], ot = floor((t - kW) / dW) + 1.

local conv = require 'nn.conv'
local depthwise = require 'nn.depthwise'
require 'nn'

local torch = torch

local TemporalSubSampling, parent = torch.class('nn.TemporalSubSampling', 'nn.Module')

function TemporalSubSampling:__init(inputFrameSize, kW, dW)
  parent.__init(self)
  self.inputFrameSize = inputFrameSize
  self.kW, self.dW = kW, dW or 1
  conv.check(self, 1, 'inputFrameSize', 'kW', 'dW')
  conv.parameters(self, {inputFrameSize}, {inputFrameSize})
  self:reset()
end

conv.methods(TemporalSubSampling, parent)

function TemporalSubSampling:reset(stdv)
  conv.reset(self, self.kW, stdv)
end

function TemporalSubSampling:updateOutput(input)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  self.finput = self.finput or input.new()
  depthwise.forward(self, self.finput, depthwise.image(input),
    depthwise.sums(self.weight, 1, self.kW), self.bias)
  return depthwise.sequence(self.output, self.finput)
end

function TemporalSubSampling:updateGradInput(input, gradOutput)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  conv.planes(self, gradOutput, 2, self.inputFrameSize, 2)
  if not self.gradInput then return nil end
  self.fgradInput = self.fgradInput or input.new()
  depthwise.grad_input(self, self.fgradInput, depthwise.image(gradOutput),
    depthwise.sums(self.weight, 1, self.kW), depthwise.image(input))
  return depthwise.sequence(self.gradInput, self.fgradInput)
end

function TemporalSubSampling:accGradParameters(input, gradOutput, scale)
  conv.planes(self, input, 2, self.inputFrameSize, 2)
  conv.planes(self, gradOutput, 2, self.inputFrameSize, 2)
  local n = self.inputFrameSize
  local g = depthwise.grad_weight(self, self.weight.new(n, 1, 1, self.kW):zero(), self.gradBias,
    depthwise.image(input), depthwise.image(gradOutput), scale or 1)
  self.gradWeight:add(g:view(n, self.kW):sum(2):view(n))
end
