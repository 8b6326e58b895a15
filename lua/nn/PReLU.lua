-- nn.PReLU([nOutputPlane = 0]): x where positive, otherwise weight * x, with one weight [1] or
-- (nOutputPlane above 0) one for each of nOutputPlane features, dimension 2 of a batch; 0.25 at
-- first. He et al., Delving Deep into Rectifiers, 2015.
-- Shapes: any -> the same; with nOutputPlane [n nOutputPlane ...] or [nOutputPlane ...].

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local PReLU, parent = torch.class('nn.PReLU', 'nn.Module')

function PReLU:__init(nOutputPlane)
  parent.__init(self)
  self.nOutputPlane = nOutputPlane or 0
  local n = math.max(1, self.nOutputPlane)
  self.weight = torch.Tensor(n):fill(0.25)
  self.gradWeight = torch.Tensor(n)
end

function PReLU:updateOutput(input)
  need.tensor(self, input, 'input')
  check(C.lt_prelu(self.output, input, self.weight))
  return self.output
end

function PReLU:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_prelu_grad_input(self.gradInput, gradOutput, input, self.weight))
  return self.gradInput
end

function PReLU:accGradParameters(input, gradOutput, scale)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_prelu_grad_weight(self.gradWeight, gradOutput, input, scale or 1))
end
