-- Reversal along dimensions: flip.

local compile = require 'torch.compile'
local ops = require 'torch.ops'

local flip = compile('flip', [[
local dims = {}
-- All dimensions are checked before the first is reversed.
local function along(r, x, ...)
  local n = select('#', ...)
  if n == 0 then F.raise('flip: expected one or more dimensions') end
  for i = 1, n do
    dims[i] = dim_of('flip', i + 1, (select(i, ...)))
    if dims[i] >= x.ndim then
      F.raise('flip: dimension %d is out of range of %s', dims[i] + 1, F.describe(x))
    end
  end
  for i = 1, n do
    TRY(C.lt_flip(r, x, dims[i]))
    x = r
  end
  return r
end
return function(a, b, ...)
  need_tensor(1, a)
  if is_tensor(b) then return along(a, b, ...) end
  return along(like(a), a, b, ...)
end]])
ops.op('flip', 'custom', {
  doc = 'the order along one or more dimensions reversed (an addition to Torch7)',
  usage = '([res,] x, dim [, dim2, ...])', method = flip, func = flip})
