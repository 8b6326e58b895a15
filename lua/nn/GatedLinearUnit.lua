-- nn.GatedLinearUnit([dim]): a sigmoid(b), a and b the halves of the input along dimension dim
-- (default: the last). Dauphin et al., 2016.
-- Shapes: [... 2k ...] -> [... k ...], k along dimension dim.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local GatedLinearUnit, parent = torch.class('nn.GatedLinearUnit', 'nn.Module')

function GatedLinearUnit:__init(dim)
  parent.__init(self)
  self.sigmoid = nn.Sigmoid()
  self.dim = dim
end

local function halves(self, input)
  local dim = self.dim or input:dim()
  local size = input:size(dim)
  if size % 2 ~= 0 then
    raise('nn.GatedLinearUnit: size %d of dimension %d is not even', size, dim)
  end
  return dim, size / 2
end

function GatedLinearUnit:updateOutput(input)
  need.tensor(self, input, 'input')
  local dim, size = halves(self, input)
  self.gate = self.sigmoid:updateOutput(input:narrow(dim, size + 1, size))
  self.output:cmul(input:narrow(dim, 1, size), self.gate)
  return self.output
end

function GatedLinearUnit:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  local dim, size = halves(self, input)
  if not self.gate then raise('nn.GatedLinearUnit: backward before forward') end
  need.elements(self, input, gradOutput, self.gate, 'output')
  local value, second = input:narrow(dim, 1, size), input:narrow(dim, size + 1, size)
  self.gradInput:resizeAs(input)
  local grad_gate = self.sigmoid:updateGradInput(second, torch.cmul(gradOutput, value))
  self.gradInput:narrow(dim, 1, size):cmul(gradOutput, self.gate)
  self.gradInput:narrow(dim, size + 1, size):copy(grad_gate)
  return self.gradInput
end

function GatedLinearUnit:clearState()
  self.gate = nil
  self.sigmoid:clearState()
  return parent.clearState(self)
end
