-- What spatial modules share: window descriptions for tostring, argument checks, initialisation.

local F = require 'torch.ffi'
local nn = require 'nn'
local need = require 'nn.need'

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

--- Raises unless input is a tensor of `dims` dimensions, or one more for a batch, with `planes`
-- along the dimension `along` of a sample (default the first); `least`: more are allowed.
function conv.planes(module, input, dims, planes, along, least)
  need.tensor(module, input, 'input')
  local batch = input.ndim - dims
  if batch == 0 or batch == 1 then
    local size = tonumber(input.sizes[batch + (along or 1) - 1])
    if size == planes or least and size > planes then return end
  end
  raise('%s: expected an input of %d dimensions (%d for a batch), %d%s along dimension %d '
    .. '(%d of a batch), got %s', torch.type(module), dims, dims + 1, planes,
    least and ' or more' or '', along or 1, (along or 1) + 1, F.describe(input))
end

--- Gives a module its weight and gradWeight of the listed sizes, and bias and gradBias of others.
function conv.parameters(module, weight, bias)
  module.weight, module.bias = torch.Tensor(unpack(weight)), torch.Tensor(unpack(bias))
  module.gradWeight = torch.Tensor(unpack(weight)):zero()
  module.gradBias = torch.Tensor(unpack(bias)):zero()
end

--- Methods that all convolutions have: noBias, and buffers that are neither saved nor converted.
function conv.methods(class, parent)
  --- Removes the bias.
  function class:noBias()
    self.bias, self.gradBias = nil, nil
    return self
  end

  function class:clearState()
    nn.utils.clear(self, 'finput', 'fgradInput', '_input', '_gradOutput')
    return parent.clearState(self)
  end

  function class:type(type_name, tensorCache)
    if type_name then
      self.finput = self.finput and torch.Tensor()
      self.fgradInput = self.fgradInput and torch.Tensor()
    end
    return parent.type(self, type_name, tensorCache)
  end
end

local function list(m, prefix, axes, separator)
  local values = {}
  for i, axis in ipairs(axes) do values[i] = ('%d'):format(m[prefix .. axis]) end
  return table.concat(values, separator)
end

local function differs(m, prefix, axes, value)
  for _, axis in ipairs(axes) do
    if m[prefix .. axis] ~= value then return true end
  end
  return false
end

--- "nn.X(2 -> 3, 3x2, 1,1, 2,2": planes, kernel, stride and padding along the axes ('W', 'H', ...),
-- strides when they or the padding are not the usual, then the numbers named by the prefix `extra`
-- (always for 'dilation', otherwise when one is not 0).
function conv.text(m, planes, axes, extra)
  local text = ('%s(%s, %s'):format(torch.type(m), planes, list(m, 'k', axes, 'x'))
  local padded = differs(m, 'pad', axes, 0)
  if padded or differs(m, 'd', axes, 1) then text = text .. ', ' .. list(m, 'd', axes, ',') end
  if padded then text = text .. ', ' .. list(m, 'pad', axes, ',') end
  if extra and (extra == 'dilation' or differs(m, extra, axes, 0)) then
    text = text .. ', ' .. list(m, extra, axes, ',')
  end
  return text .. ')'
end

--- "2 -> 3"
function conv.channels(m)
  return ('%d -> %d'):format(m.nInputPlane, m.nOutputPlane)
end

return conv
