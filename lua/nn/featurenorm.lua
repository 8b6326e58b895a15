-- What nn.GroupNorm, nn.InstanceNorm, nn.LayerNorm and nn.RMSNorm share: parameters and methods
-- over the kernel that normalizes groups of channels.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local featurenorm = {}

--- Checks eps and affine, and makes weight (1) and, with `biased`, bias (0) of n elements.
function featurenorm.init(module, n, eps, affine, biased)
  need.number(module, eps, 'eps')
  local valid = eps >= 0 -- false for NaN
  if not valid then
    raise('%s: eps must not be negative, got %s', torch.type(module), tostring(eps))
  end
  if affine ~= nil and type(affine) ~= 'boolean' then
    raise('%s: affine must be true or false', torch.type(module))
  end
  module.eps, module.affine = eps, affine ~= false
  module.save_std = torch.Tensor()
  if module.affine then
    module.weight, module.gradWeight = torch.Tensor(n), torch.zeros(n)
    if biased then module.bias, module.gradBias = torch.Tensor(n), torch.zeros(n) end
  end
  module:reset()
end

--- Gives a class its methods. layout(module, input) checks the input and returns the dimension of
-- its channels, from 0, and the number of their groups.
function featurenorm.methods(class, parent, layout)
  function class:reset()
    if self.weight then self.weight:fill(1) end
    if self.bias then self.bias:zero() end
  end

  function class:updateOutput(input)
    need.tensor(self, input, 'input')
    local dim, groups = layout(self, input)
    local output, mean = self.output, self.save_mean
    check(C.lt_groupnorm(output, input, self.weight, self.bias, mean, self.save_std, dim, groups,
      mean and 1 or 0, self.eps))
    return output
  end

  local function gradients(self, gradInput, gradWeight, gradBias, input, gradOutput, scale)
    need.tensor(self, input, 'input')
    need.tensor(self, gradOutput, 'gradOutput')
    local dim, groups = layout(self, input)
    local mean = self.save_mean
    if self.save_std.ndim == 0 then raise('%s: backward before forward', torch.type(self)) end
    check(C.lt_groupnorm_grad(gradInput, gradWeight, gradBias, input, gradOutput, self.weight, mean,
      self.save_std, dim, groups, mean and 1 or 0, scale))
  end

  function class:backward(input, gradOutput, scale)
    gradients(self, self.gradInput, self.gradWeight, self.gradBias, input, gradOutput, scale or 1)
    return self.gradInput
  end

  function class:updateGradInput(input, gradOutput)
    gradients(self, self.gradInput, nil, nil, input, gradOutput, 1)
    return self.gradInput
  end

  function class:accGradParameters(input, gradOutput, scale)
    if self.gradWeight then
      gradients(self, nil, self.gradWeight, self.gradBias, input, gradOutput, scale or 1)
    end
  end

  function class:clearState()
    self.save_std:set()
    if self.save_mean then self.save_mean:set() end
    return parent.clearState(self)
  end
end

--- A layout for channels along the last dimension, all of them one group; module.size of them.
function featurenorm.last(module, input)
  local dims = input.ndim
  if dims == 0 or tonumber(input.sizes[dims - 1]) ~= module.size then
    raise('%s: expected a last dimension of %d, got %s', torch.type(module), module.size,
      F.describe(input))
  end
  return dims - 1, 1
end

return featurenorm
