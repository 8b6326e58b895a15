-- What criterions of two tensors and a target of 1 and -1 share.

local F = require 'torch.ffi'
local need = require 'nn.need'

local is_tensor, raise = F.is_tensor, F.raise
local torch = torch

local pairs_of = {}

--- The two input tensors, and the target as a tensor of their type; a number becomes one element.
function pairs_of.checked(criterion, input, target)
  need.tensors(criterion, input, 2, true)
  if type(target) == 'number' then
    local buffer = criterion._target
    if not is_tensor(buffer) or buffer.dtype ~= input[1].dtype
      or buffer.device ~= input[1].device then
      buffer = F.like(input[1])
      criterion._target = buffer:resize(1)
    end
    return input[1], input[2], buffer:fill(target)
  end
  if not is_tensor(target) then
    raise('%s: expected 1, -1 or a tensor of them as target, got %s', torch.type(criterion),
      F.describe(target))
  end
  return input[1], input[2], target
end

return pairs_of
