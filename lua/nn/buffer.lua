-- Buffers that a module keeps in a field from one call to the next.

local F = require 'torch.ffi'

--- The tensor in module[field]; a new one of like's type and device when there is none that fits.
return function(module, field, like)
  local t = module[field]
  if not F.is_tensor(t) or t.dtype ~= like.dtype or t.device ~= like.device then
    t = F.like(like)
    module[field] = t
  end
  return t
end
