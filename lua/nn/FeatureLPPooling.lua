-- nn.FeatureLPPooling(width, stride, power, [batch_mode = false]): p-norms of `width` neighbouring
-- features, `stride` apart: (sum x^p)^(1/p). Inputs [c], [c h] or [c h w], with batch_mode [n c],
-- [n c h] or [n c h w].
-- Shapes: [c] -> [m], [c h] -> [m h], [c h w] -> [m h w], with batch_mode and n in front, m =
-- floor((c - width) / stride) + 1.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local FeatureLPPooling, parent = torch.class('nn.FeatureLPPooling', 'nn.Module')

local function check_range(self, field, least, most)
  need.size(self, self[field], field)
  if self[field] < least or self[field] > most then
    F.raise('nn.FeatureLPPooling: %s must be within %d to %d, got %d', field, least, most,
      self[field])
  end
end

function FeatureLPPooling:__init(width, stride, power, batch_mode)
  parent.__init(self)
  self.width, self.stride, self.power = width, stride, power
  self.batch_mode = batch_mode or false
  check_range(self, 'width', 2, 16)
  check_range(self, 'stride', 1, 4)
  need.number(self, power, 'power')
end

-- The dimension of the features, from 0.
local function dimension(self, input)
  need.tensor(self, input, 'input')
  local batch = self.batch_mode and 1 or 0
  if input.ndim <= batch or input.ndim > 3 + batch then
    F.raise('nn.FeatureLPPooling: expected an input of %d to %d dimensions, got %s', 1 + batch,
      3 + batch, F.describe(input))
  end
  return batch
end

function FeatureLPPooling:updateOutput(input)
  local output, dim = self.output, dimension(self, input)
  check(C.lt_lppool(output, input, dim, self.width, self.stride, self.power))
  return output
end

function FeatureLPPooling:updateGradInput(input, gradOutput)
  local gradInput, dim = self.gradInput, dimension(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  check(C.lt_lppool_grad(gradInput, gradOutput, input, self.output, dim, self.width, self.stride,
    self.power))
  return gradInput
end

function FeatureLPPooling:__tostring__()
  return ('%s(w%d s%d power %g batch %d)'):format(torch.type(self), self.width, self.stride,
    self.power, self.batch_mode and 1 or 0)
end
