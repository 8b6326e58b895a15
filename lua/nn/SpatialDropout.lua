-- nn.SpatialDropout: while training, zeros whole channels of inputs [n c h w] or [c h w] with
-- probability p; in evaluation scales by 1 - p. Tompson et al., Efficient Object Localization,
-- 2015.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local SpatialDropout, parent = torch.class('nn.SpatialDropout', 'nn.Module')

function SpatialDropout:__init(p, stochasticInference)
  parent.__init(self)
  self:setp(p or 0.5)
  self.train = true
  self.stochastic_inference = stochasticInference or false
  self.noise = torch.Tensor()
end

--- Sets the probability of a channel to become zero.
function SpatialDropout:setp(p)
  if type(p) ~= 'number' or not (p >= 0 and p < 1) then
    F.raise('nn.SpatialDropout: probability must be at least 0 and less than 1, got %s',
      tostring(p))
  end
  self.p = p
end

function SpatialDropout:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  if not (self.train or self.stochastic_inference) then return output:mul(input, 1 - self.p) end
  if input:dim() == 4 then
    self.noise:resize(input:size(1), input:size(2), 1, 1)
  elseif input:dim() == 3 then
    self.noise:resize(input:size(1), 1, 1)
  else
    F.raise('nn.SpatialDropout: expected a 3D or 4D input, got %s', F.describe(input))
  end
  self.noise:bernoulli(1 - self.p)
  return output:cmul(input, self.noise)
end

function SpatialDropout:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  if not self.train then
    return self.gradInput:mul(gradOutput, 1 - self.p)
  end
  if self.noise:dim() ~= input:dim() then
    F.raise('nn.SpatialDropout: backward before forward')
  end
  return self.gradInput:cmul(gradOutput, self.noise)
end

function SpatialDropout:clearState()
  if self.noise then self.noise:set() end
  return parent.clearState(self)
end

function SpatialDropout:__tostring__()
  return ('%s(%f)'):format(torch.type(self), self.p)
end
