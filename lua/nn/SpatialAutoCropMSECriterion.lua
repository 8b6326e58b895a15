-- nn.SpatialAutoCropMSECriterion([sizeAverage = true]): nn.MSECriterion of an input [n c h w] or
-- [c h w] and the middle of a target, which may be higher and wider.
-- Shapes: input [n c h w] or [c h w], target with h and w of that size or more -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local raise = F.raise
local torch = torch

local Criterion, parent = torch.class('nn.SpatialAutoCropMSECriterion', 'nn.MSECriterion')

-- The middle h x w of the target's last two dimensions; where it cannot be in the middle it is
-- half a pixel up or left.
local function crop(self, input, target)
  need.tensor(self, input, 'input')
  need.tensor(self, target, 'target')
  local dims = input:dim()
  local fits = (dims == 3 or dims == 4) and target:dim() == dims
  for d = 1, fits and dims or 0 do
    local x, t = input:size(d), target:size(d)
    fits = fits and (x == t or (d > dims - 2 and x < t))
  end
  if not fits then
    raise('nn.SpatialAutoCropMSECriterion: expected an input [n c h w] or [c h w] and a target at '
      .. 'least as high and wide, got %s and %s', F.describe(input), F.describe(target))
  end
  for d = dims - 1, dims do
    local x, t = input:size(d), target:size(d)
    if x < t then target = target:narrow(d, 1 + math.floor((t - x) / 2), x) end
  end
  return target
end

function Criterion:updateOutput(input, target)
  return parent.updateOutput(self, input, crop(self, input, target))
end

function Criterion:updateGradInput(input, target)
  return parent.updateGradInput(self, input, crop(self, input, target))
end
