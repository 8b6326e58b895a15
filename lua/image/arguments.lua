-- What the functions of package image do to their arguments: an optional result in front, pictures,
-- numbers, choices, and tables of named arguments.

local F = require 'torch.ffi'

local arguments = {}

local next = next
local raise = F.raise

--- Splits ([dst,] src, ...): dst or nil, src, and up to five others.
function arguments.leading(name, a, b, c, d, e, f, g)
  if not F.is_tensor(a) then F.bad_argument(name, 1, 'a tensor', a) end
  if F.is_tensor(b) then return a, b, c, d, e, f, g end
  return nil, a, b, c, d, e, f
end

--- Width and height of a picture.
function arguments.picture(name, x)
  if not F.is_tensor(x) or (x:dim() ~= 2 and x:dim() ~= 3) then
    raise('%s: expected a picture of height x width or channels x height x width, got %s', name,
      F.describe(x))
  end
  return x:size(x:dim()), x:size(x:dim() - 1)
end

--- v, a finite number (or `default` where it is nil).
function arguments.number(name, what, v, default)
  if v == nil and default ~= nil then return default end
  if type(v) ~= 'number' or v ~= v or v == math.huge or v == -math.huge then
    raise('%s: expected a number as %s, got %s', name, what, F.describe(v))
  end
  return v
end

--- A number that may be missing.
function arguments.optional_number(name, what, v)
  return v ~= nil and arguments.number(name, what, v) or nil
end

--- A whole number from `least` on.
function arguments.count(name, what, v, default, least)
  v = arguments.number(name, what, v, default)
  if v ~= math.floor(v) or v < least or v >= 2 ^ 31 then
    raise('%s: expected a whole number from %d on as %s, got %g', name, least, what, v)
  end
  return v
end

--- The value of a table of choices by name.
function arguments.choice(name, what, choices, v, default)
  if v == nil then v = default end
  local found = v ~= nil and choices[v]
  if not found then
    local known = {}
    for key in pairs(choices) do known[#known + 1] = "'" .. key .. "'" end
    table.sort(known)
    raise('%s: %s must be one of %s, got %s', name, what, table.concat(known, ', '),
      type(v) == 'string' and "'" .. v .. "'" or F.describe(v))
  end
  return found
end

--- Arguments by place or, when the only one is a table with one of the keys, by name: the values
-- that `keys` names, in their order (up to #keys).
function arguments.named(keys, ...)
  local first = ...
  if select('#', ...) == 1 and type(first) == 'table' then
    for i = 1, #keys do
      if first[keys[i]] ~= nil then
        local values = {}
        for k = 1, #keys do values[k] = first[keys[k]] end
        return unpack(values, 1, #keys)
      end
    end
    if next(first) == nil then return end
  end
  return ...
end

--- v as a tensor of a dtype (that of `like`, where it is nil) on the device of `like`; v itself
-- where it is one.
function arguments.cast(v, like, dtype)
  dtype = dtype or like.dtype
  if v.dtype == dtype and v.device == like.device then return v end
  return F.tensor(dtype, like.device):resize(v:size()):copy(v)
end

--- x in CPU memory; x itself where it is there.
function arguments.on_host(x)
  return x.device == 0 and x or F.tensor(x.dtype):resize(x:size()):copy(x)
end

--- dst, resized, with the contents of r; or r where dst is nil.
function arguments.give(dst, r)
  return dst and dst:resize(r:size()):copy(r) or r
end

return arguments
