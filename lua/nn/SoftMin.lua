-- nn.SoftMin(): exp(-x) / sum of exp(-x), nn.SoftMax of -x.
-- Shapes: [features], [n features], [features h w] or [n features h w] -> the same.

local torch = torch
local need = require 'nn.need'
local nn = require 'nn'

local SoftMin, parent = torch.class('nn.SoftMin', 'nn.Module')

function SoftMin:__init()
  parent.__init(self)
  self.mininput = torch.Tensor()
end

function SoftMin:updateOutput(input)
  need.tensor(self, input, 'input')
  self.mininput = self.mininput or input.new()
  self.mininput:mul(input, -1)
  self.output = nn.SoftMax.updateOutput(self, self.mininput)
  return self.output
end

function SoftMin:updateGradInput(_, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput = nn.SoftMax.updateGradInput(self, self.mininput, gradOutput)
  self.gradInput:mul(-1)
  return self.gradInput
end

function SoftMin:clearState()
  if self.mininput then self.mininput:set() end
  return parent.clearState(self)
end
