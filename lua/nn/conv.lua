-- What spatial modules share: window descriptions for tostring, argument checks, initialisation.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local conv = {}

--- Checks that each named field of a module is an integer of at least `least`.
function conv.check(module, least, ...)
  for _, field in ipairs {...} do
    local v = module[field]
    if type(v) ~= 'number' or v < least or v % 1 ~= 0 then
      raise('%s: %s must be an integer of %d or more, got %s', torch.type(module), field,
        least, tostring(v))
    end
  end
end

--- "3x3, 1,1, 2,2": kernel, stride and padding; with always_stride the stride is never left out.
function conv.window(m, always_stride)
  local text = ('%dx%d'):format(m.kW, m.kH)
  local padded = m.padW ~= 0 or m.padH ~= 0
  if always_stride or m.dW ~= 1 or m.dH ~= 1 or padded then
    text = text .. (', %d,%d'):format(m.dW, m.dH)
  end
  if padded then text = text .. (', %d,%d'):format(m.padW, m.padH) end
  return text
end

--- Fills weight (and bias) uniformly in +-stdv * sqrt(3), by default +-1 / sqrt(fan_in).
function conv.reset(module, fan_in, stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(fan_in)
  module.weight:uniform(-stdv, stdv)
  if module.bias then module.bias:uniform(-stdv, stdv) end
end

return conv
