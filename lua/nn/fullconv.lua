-- What nn.SpatialFullConvolution and nn.VolumetricFullConvolution share: the adjustment of the
-- output size, given or found from a target, and the table of gradients that belongs to a table of
-- inputs.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'

local raise = F.raise
local torch = torch

local full = {}

--- Checks the arguments of a constructor; an adjustment is smaller than the stride.
function full.check(self, axes)
  conv.check(self, 1, 'nInputPlane', 'nOutputPlane')
  for _, axis in ipairs(axes) do
    conv.check(self, 1, 'k' .. axis, 'd' .. axis)
    conv.check(self, 0, 'pad' .. axis, 'adj' .. axis)
    local adj, stride = self['adj' .. axis], self['d' .. axis]
    if adj >= stride then
      raise('%s: adj%s must be smaller than d%s, got %d and %d', torch.type(self), axis, axis, adj,
        stride)
    end
  end
end

--- The tensor of input, which is a tensor or a table of it and one of the size wanted.
function full.input(self, input, dims)
  local x = input
  if type(input) == 'table' then
    need.tensors(self, input, 2, true)
    x = input[1]
    if input[2].ndim < dims - 1 then
      raise('%s: expected a target of %d dimensions or more as input[2], got %s', torch.type(self),
        dims - 1, F.describe(input[2]))
    end
  end
  conv.planes(self, x, dims, self.nInputPlane)
  return x
end

--- The adjustment along an axis, which is the place-th last dimension of the target in a table.
function full.adjustment(self, input, axis, place)
  if type(input) ~= 'table' then return self['adj' .. axis] end
  local target = input[2]
  local size = tonumber(target.sizes[target.ndim - place])
  return (size + 2 * self['pad' .. axis] - self['k' .. axis]) % self['d' .. axis]
end

--- The tensor in self.gradInput, which is a table after an input that was one, empty when cleared.
function full.gradInput(self)
  local gradInput = self.gradInput
  if type(gradInput) == 'table' then gradInput = gradInput[1] or self.weight.new() end
  return gradInput
end

--- Sets and returns self.gradInput: the tensor, with zeros for the target of a table.
function full.set_gradInput(self, input, gradInput)
  if type(input) == 'table' then
    local target, ones = input[2], {}
    if not self.zeroScalar or self.zeroScalar:type() ~= target:type() then
      self.zeroScalar = target.new(1):zero()
    end
    for d = 1, target:dim() do ones[d] = 1 end
    gradInput = {gradInput, self.zeroScalar:view(unpack(ones)):expandAs(target)}
  end
  self.gradInput = gradInput
  return gradInput
end

return full
