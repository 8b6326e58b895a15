-- Arithmetic on tensors and on tables of tensors, nested to any depth. Results go to a buffer;
-- where it does not fit a new one is made.

local F = require 'torch.ffi'

local next = next
local is_tensor = F.is_tensor

local nesting = {}

-- Entries of a list by their number; other keys, which are rare, are asked for only behind those.
local function for_each(buffer, t, f, x, y)
  local n = #t
  for i = 1, n do buffer[i] = f(buffer[i], t[i], x and x[i], y) end
  local key, value = next(t, n > 0 and n or nil)
  while key ~= nil do
    buffer[key] = f(buffer[key], value, x and x[key], y)
    key, value = next(t, key)
  end
  key = next(buffer)
  while key ~= nil do
    if t[key] == nil then buffer[key] = nil end
    key = next(buffer, key)
  end
  return buffer
end

-- A function of (buffer, t, x, y) that goes through tables and calls f on tensors, with a tensor of
-- the type of t as buffer.
local function nested(f)
  local function walk(buffer, t, x, y)
    if is_tensor(t) then
      if not is_tensor(buffer) or buffer.dtype ~= t.dtype or buffer.device ~= t.device then
        buffer = t.new()
      end
      f(buffer, t, x, y)
      return buffer
    elseif type(t) == 'table' and (x == nil or type(x) == 'table') then
      return for_each(type(buffer) == 'table' and buffer or {}, t, walk, x, y)
    end
    F.raise('nngraph: expected gradients of one form, tensors or tables of them, got %s%s',
      F.describe(t), x ~= nil and ' and ' .. F.describe(x) or '')
  end
  return walk
end

--- buffer = t + x
nesting.sum = nested(function(buffer, t, x)
  if not is_tensor(x) then
    F.raise('nngraph: expected gradients of one form, got %s and %s', F.describe(t), F.describe(x))
  end
  buffer:add(t, x)
end)

--- buffer = t * y for a number y
local multiply = nested(function(buffer, t, _, y) buffer:mul(t, y) end)

function nesting.scaled(buffer, t, y) return multiply(buffer, t, nil, y) end

--- buffer = zeros of the sizes of t
nesting.zeros = nested(function(buffer, t) buffer:resizeAs(t):zero() end)

return nesting
