-- nn.SparseJacobian: nn.Jacobian for modules whose inputs are lists [n 2] of an index and a value,
-- such as nn.SparseLinear: only the values vary.

local F = require 'torch.ffi'
local nn = require 'nn'

nn.SparseJacobian = require 'nn.finitedifferences'(function(x)
  if not F.is_tensor(x) or x:dim() ~= 2 or x:size(2) < 2 then
    F.raise('nn.SparseJacobian: expected a tensor [n 2] of indices and values, got %s',
      F.describe(x))
  end
  return x:select(2, 2)
end)

return nn.SparseJacobian
