-- What the softmax modules share: which dimension of an input holds the features.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local check, raise = F.check, F.raise
local torch = torch

local softmax = {}

-- 0-based: the first of [features] and [features h w], the second of [n features] and [n features
-- h w].
local function feature_dim(module, name, input)
  need.tensor(module, input, 'input')
  local n = input:dim()
  if n < 1 or n > 4 then
    raise('%s: expected a vector, a matrix or a 3D or 4D tensor, got %s', name, F.describe(input))
  end
  return (n == 1 or n == 3) and 0 or 1
end

--- Declares a softmax-like module on a C function and that of its gradient.
function softmax.class(name, forward, backward)
  local class = torch.class(name, 'nn.Module')

  function class:updateOutput(input)
    local output = self.output
    check(forward(output, input, feature_dim(self, name, input)))
    return output
  end

  function class:updateGradInput(input, gradOutput)
    need.tensor(self, input, 'input')
    need.tensor(self, gradOutput, 'gradOutput')
    local gradInput = self.gradInput
    check(backward(gradInput, gradOutput, self.output, feature_dim(self, name, input)))
    return gradInput
  end

  return class
end

return softmax
