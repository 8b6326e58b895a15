-- nn.TanhShrink(): x - tanh(x).
-- Shapes: any -> the same.

local need = require 'nn.need'
local nn = require 'nn'
local torch = torch

local TanhShrink, parent = torch.class('nn.TanhShrink', 'nn.Module')

function TanhShrink:__init()
  parent.__init(self)
  self.tanh = nn.Tanh()
end

function TanhShrink:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:csub(input, self.tanh:updateOutput(input))
  return self.output
end

function TanhShrink:updateGradInput(input, gradOutput)
  self.gradInput:csub(gradOutput, self.tanh:updateGradInput(input, gradOutput))
  return self.gradInput
end

function TanhShrink:clearState()
  self.tanh:clearState()
  return parent.clearState(self)
end
