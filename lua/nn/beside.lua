-- Buffers of integers that modules keep on the device of their input.

local F = require 'torch.ffi'

local beside = {}

-- The field's tensor, or a new one where it is of another type or on another device.
local function buffer(module, field, dtype, t)
  local kept = module[field]
  if not F.is_tensor(kept) or kept.dtype ~= dtype or kept.device ~= t.device then
    kept = F.tensor(dtype, t.device)
    module[field] = kept
  end
  return kept
end

--- A buffer of type Long in a field of a module, on t's device.
function beside.long(module, field, t) return buffer(module, field, F.dtype.Long, t) end

--- The same of type Byte.
function beside.byte(module, field, t) return buffer(module, field, F.dtype.Byte, t) end

--- The same of type Double.
function beside.double(module, field, t) return buffer(module, field, F.dtype.Double, t) end

return beside
