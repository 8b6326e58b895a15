-- Class targets in the form that the loss kernels take: a LongTensor on the input's device.

local F = require 'torch.ffi'
local need = require 'nn.need'

local C, check, raise = F.C, F.check, F.raise
local LONG = F.dtype.Long
local torch = torch

local targets = {}

--- The target, a number or a tensor of any type, as a LongTensor; criterion.target is its buffer.
function targets.long(criterion, target, input)
  need.tensor(criterion, input, 'input')
  if F.is_tensor(target) and target.dtype == LONG and target.device == input.device then
    return target
  end
  local buffer = criterion.target
  if not F.is_tensor(buffer) or buffer.dtype ~= LONG or buffer.device ~= input.device then
    buffer = F.tensor(LONG, input.device)
    criterion.target = buffer
  end
  if type(target) == 'number' then
    F.sizes[0] = 1
    check(C.lt_resize(buffer, 1, F.sizes, nil))
    check(C.lt_fill(buffer, target))
  elseif F.is_tensor(target) then
    check(C.lt_resize_as(buffer, target))
    check(C.lt_copy(buffer, target))
  else
    raise('%s: expected a class number or a tensor of them as target, got %s',
      torch.type(criterion), F.describe(target))
  end
  return buffer
end

return targets
