-- nn.SpatialFullConvolutionMap(conMatrix, kW, kH, [dW = 1], [dH = 1]): nn.SpatialFullConvolution
-- whose outputs see some of the input planes only: the rows {from, to} of a connection table, for
-- each of which there is a kernel; weight [n kH kW]. Inputs are [n c h w] or [c h w].
-- Shapes: [n c h w] or [c h w] -> [n o oh ow] or [o oh ow], o the largest `to`, oh = (h - 1) dH +
-- kH.

local F = require 'torch.ffi'
local connections = require 'nn.connections'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local FullMap, parent = torch.class('nn.SpatialFullConvolutionMap', 'nn.Module')

function FullMap:__init(conMatrix, kW, kH, dW, dH)
  parent.__init(self)
  connections.init(self, conMatrix, kW, kH, dW, dH)
end

connections.methods(FullMap)

function FullMap:updateOutput(input)
  local kernels, groups = connections.kernels(self, connections.planes(self, input), true)
  check(C.lt_fullconv2d(self.output, input, kernels, self.bias, self.dH, self.dW, 0, 0, 0, 0,
    groups))
  return self.output
end

function FullMap:updateGradInput(input, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  local kernels, groups = connections.kernels(self, connections.planes(self, input), true)
  check(C.lt_fullconv2d_grad_input(self.gradInput, gradOutput, kernels, input, self.dH, self.dW, 0,
    0, 0, 0, groups))
  return self.gradInput
end

function FullMap:accGradParameters(input, gradOutput, scale)
  need.tensor(self, gradOutput, 'gradOutput')
  local planes = connections.planes(self, input)
  local kernels, groups = connections.gradients(self, planes, true)
  check(C.lt_fullconv2d_grad_weight(kernels, self.gradBias, input, gradOutput, self.dH, self.dW, 0,
    0, 0, 0, groups, scale or 1))
  connections.add(self, planes, true)
end
