-- nn.SpatialDivisiveNormalization([nInputPlane = 1], [kernel = torch.ones(9, 9)],
-- [threshold = 1e-4], [thresval = threshold]): inputs [n c h w] or [c h w] divided by the root of
-- the average square around every pixel, weighted with a kernel (2D, or 1D and applied along both
-- directions) and taken over all planes. Roots that are not above threshold count as thresval. The
-- kernel is scaled in place.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> the same.

local localnorm = require 'nn.localnormalization'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Divisive, parent = torch.class('nn.SpatialDivisiveNormalization', 'nn.Module')

function Divisive:__init(nInputPlane, kernel, threshold, thresval)
  parent.__init(self)
  local dims = localnorm.init(self, nInputPlane, kernel)
  self.threshold = threshold or 1e-4
  self.thresval = thresval or threshold or 1e-4
  local n = self.nInputPlane
  self.kernel:div(self.kernel:sum() * (dims == 2 and n or math.sqrt(n)))
  self.meanestimator = localnorm.add_sums(nn.Sequential(), n, self.kernel)
  self.stdestimator = localnorm.add_sums(nn.Sequential():add(nn.Square()), n, self.kernel)
  self.stdestimator:add(nn.Sqrt())
  self.normalizer, self.divider = nn.CDivTable(), nn.CDivTable()
  self.thresholder = nn.Threshold(self.threshold, self.thresval)
  self.coef = torch.Tensor(1, 1, 1)
end

function Divisive:updateOutput(input)
  need.sample(self, input, 3)
  localnorm.set_coef(self, input)
  self.localstds = self.stdestimator:updateOutput(input)
  self.adjustedstds = self.divider:updateOutput({self.localstds, self.coef})
  self.thresholdedstds = self.thresholder:updateOutput(self.adjustedstds)
  self.output = self.normalizer:updateOutput({input, self.thresholdedstds})
  return self.output
end

function Divisive:updateGradInput(input, gradOutput)
  need.sample(self, input, 3)
  need.tensor(self, gradOutput, 'gradOutput')
  local direct = self.normalizer:updateGradInput({input, self.thresholdedstds}, gradOutput)
  local adjusted = self.thresholder:updateGradInput(self.adjustedstds, direct[2])
  local stds = self.divider:updateGradInput({self.localstds, self.coef}, adjusted)
  self.gradInput:resizeAs(input):copy(self.stdestimator:updateGradInput(input, stds[1]))
  self.gradInput:add(direct[1])
  return self.gradInput
end

function Divisive:clearState()
  for _, name in ipairs {'meanestimator', 'stdestimator', 'normalizer', 'divider', 'thresholder'} do
    self[name]:clearState()
  end
  for _, name in ipairs {'localstds', 'adjustedstds', 'thresholdedstds', 'ones', '_coef'} do
    self[name] = nil
  end
  self.coef = self.coef.new(1, 1, 1)
  return parent.clearState(self)
end
