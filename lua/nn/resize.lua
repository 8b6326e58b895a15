-- Sizes of tensors set without the LongStorages that t:size() and t:resize(sizes) make.

local F = require 'torch.ffi'

local C, check, sizes = F.C, F.check, F.sizes

--- Gives t the sizes of x, which may be of another type. With `last` a dimension of that size
-- follows, with `first` one of that size comes before. Returns t.
return function(t, x, last, first)
  local n, at = x.ndim, first and 1 or 0
  for d = 0, n - 1 do sizes[d + at] = x.sizes[d] end
  if first then sizes[0] = first end
  if last then sizes[n + at] = last end
  check(C.lt_resize(t, n + at + (last and 1 or 0), sizes, nil))
  return t
end
