-- nn.DropPath([p = 0.5]): y = 0 with probability p for each sample while training, x / (1 - p)
-- otherwise; in evaluation y = x. To be put at the end of a branch that is added to its input. An
-- addition to Torch7. Huang et al., Deep Networks with Stochastic Depth, 2016.
-- Shapes: [n ...] -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local DropPath, parent = torch.class('nn.DropPath', 'nn.Module')

function DropPath:__init(p)
  parent.__init(self)
  self:setp(p or 0.5)
  self.train = true
  self.noise = torch.Tensor()
end

--- Sets the probability of a sample to become zero.
function DropPath:setp(p)
  if type(p) ~= 'number' or not (p >= 0 and p < 1) then
    raise('nn.DropPath: probability must be at least 0 and less than 1, got %s', tostring(p))
  end
  self.p = p
end

function DropPath:updateOutput(input)
  need.tensor(self, input, 'input')
  local output, noise = self.output, self.noise
  if not self.train or self.p == 0 or input.ndim == 0 then
    return (output:resizeAs(input):copy(input))
  end
  for d = 0, input.ndim - 1 do F.sizes[d] = d == 0 and input.sizes[0] or 1 end
  check(C.lt_resize(noise, input.ndim, F.sizes, nil))
  noise:bernoulli(1 - self.p)
  check(C.lt_cmul_s(noise, noise, 1 / (1 - self.p)))
  check(C.lt_resize(output, input.ndim, input.sizes, nil))
  check(C.lt_cmul(output, input, noise:expandAs(input)))
  return output
end

function DropPath:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  local gradInput, noise = self.gradInput, self.noise
  if not self.train or self.p == 0 or input.ndim == 0 then
    return (gradInput:resizeAs(gradOutput):copy(gradOutput))
  end
  if noise.ndim ~= input.ndim or noise.sizes[0] ~= input.sizes[0] then
    raise('nn.DropPath: backward before forward')
  end
  check(C.lt_resize(gradInput, input.ndim, input.sizes, nil))
  check(C.lt_cmul(gradInput, gradOutput, noise:expandAs(gradOutput)))
  return gradInput
end

function DropPath:clearState()
  self.noise:set()
  return parent.clearState(self)
end

function DropPath:__tostring__()
  return ('%s(%f)'):format(torch.type(self), self.p)
end
