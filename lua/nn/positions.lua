-- Tables of angles for nn.PositionalEncoding and nn.RotaryEncoding: position p and pair i of n have
-- the angle p base^(-2 i / size).

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local positions = {}

--- Checks and keeps size, base and offset, the first position.
function positions.init(module, size, base, offset)
  need.size(module, size, 'size')
  need.number(module, base, 'base')
  local valid = base > 0 -- false for NaN
  if not valid then
    raise('%s: base must be positive, got %s', torch.type(module), tostring(base))
  end
  module.size, module.base = size, base
  module.encoding = torch.Tensor()
  module:setOffset(offset)
end

--- Gives a class setOffset, and methods that empty the table `encoding`: clearState, and type,
-- since a converted table would have the old type's precision.
function positions.methods(class, parent)
  --- Sets the position, from 0, of the first element of a sequence; the default is 0.
  function class:setOffset(offset)
    offset = offset or 0
    if type(offset) ~= 'number' or offset < 0 or offset % 1 ~= 0 then
      raise('%s: offset must be an integer of 0 or more, got %s', torch.type(self),
        tostring(offset))
    end
    self.offset = offset
    return self
  end

  function class:type(type_name, tensorCache)
    if type_name then self.encoding = torch.Tensor() end
    return parent.type(self, type_name, tensorCache)
  end

  function class:clearState()
    nn.utils.clear(self, 'encoding')
    return parent.clearState(self)
  end
end

--- module.encoding in input's type with a row for every position below `length` at least:
-- [positions size] of pairs (first(angle), second(angle)), computed in double precision.
function positions.rows(module, input, length, first, second)
  local encoding = module.encoding
  if encoding.dtype ~= input.dtype or encoding.device ~= input.device then
    encoding = F.like(input)
    module.encoding = encoding
  end
  local present = encoding.ndim == 2 and tonumber(encoding.sizes[0]) or 0
  if present >= length then return encoding end
  length = math.max(length, 2 * present)
  local size, half = module.size, math.ceil(module.size / 2)
  local double = torch.DoubleTensor
  local rates = torch.range(double(), 0, half - 1):mul(-2 / size)
  local angles = torch.ger(torch.range(double(), 0, length - 1), torch.pow(module.base, rates))
  local both = double(length, half, 2)
  both:select(3, 1)[first](both:select(3, 1), angles)
  both:select(3, 2)[second](both:select(3, 2), angles)
  return encoding:resize(length, size):copy(both:view(length, half * 2):narrow(2, 1, size))
end

return positions
