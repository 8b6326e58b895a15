-- nn.SpatialSubtractiveNormalization([nInputPlane = 1], [kernel = torch.ones(9, 9)]): inputs
-- [n c h w] or [c h w] less the average around every pixel, weighted with a kernel (2D, or 1D and
-- applied along both directions) and taken over all planes. The kernel is scaled, in place, to a
-- sum of 1 / nInputPlane.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> the same.

local localnorm = require 'nn.localnormalization'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Subtractive, parent = torch.class('nn.SpatialSubtractiveNormalization', 'nn.Module')

function Subtractive:__init(nInputPlane, kernel)
  parent.__init(self)
  localnorm.init(self, nInputPlane, kernel)
  self.kernel:div(self.kernel:sum() * self.nInputPlane)
  self.meanestimator = localnorm.add_sums(nn.Sequential(), self.nInputPlane, self.kernel)
  self.subtractor, self.divider = nn.CSubTable(), nn.CDivTable()
  self.coef = torch.Tensor(1, 1, 1)
end

function Subtractive:updateOutput(input)
  need.sample(self, input, 3)
  localnorm.set_coef(self, input)
  self.localsums = self.meanestimator:updateOutput(input)
  self.adjustedsums = self.divider:updateOutput({self.localsums, self.coef})
  self.output = self.subtractor:updateOutput({input, self.adjustedsums})
  return self.output
end

function Subtractive:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  need.tensor(self, gradOutput, 'gradOutput')
  local direct = self.subtractor:updateGradInput({input, self.adjustedsums}, gradOutput)
  local sums = self.divider:updateGradInput({self.localsums, self.coef}, direct[2])
  self.gradInput:resizeAs(input):copy(self.meanestimator:updateGradInput(input, sums[1]))
  self.gradInput:add(direct[1])
  return self.gradInput
end

function Subtractive:clearState()
  self.meanestimator:clearState()
  self.subtractor:clearState()
  self.divider:clearState()
  self.localsums, self.adjustedsums, self.ones, self._coef = nil, nil, nil, nil
  self.coef = self.coef.new(1, 1, 1)
  return parent.clearState(self)
end
