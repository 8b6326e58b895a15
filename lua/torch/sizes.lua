-- Reading lists of sizes: from numbers, one LongStorage, or a LongTensor, into C scratch memory.

local ffi = require 'ffi'
local F = require 'torch.ffi'

local C, raise, describe = F.C, F.raise, F.describe
local LONG, MAXDIM = F.dtype.Long, C.LT_MAXDIM
local int64_p = ffi.typeof('int64_t *')
local type, select, tonumber, floor = type, select, tonumber, math.floor


local sizes = {}

local function too_many(name, n)
  raise('%s: at most %d dimensions, got %d', name, MAXDIM, n)
end

--- A number as an integer size; raises for NaN, infinities and values past 2^53.
function sizes.integer(name, n, v)
  if type(v) ~= 'number' then
    raise('%s: expected a number as argument %d, got %s', name, n, describe(v))
  end
  if v ~= v or v >= 2 ^ 53 or v <= -2 ^ 53 then
    raise('%s: argument %d is %s, not a size or index', name, n, v)
  end
  return v
end

--- Whether x is a LongStorage, the form in which Torch7 passes sizes.
function sizes.is_list(x)
  return F.is_storage(x) and x.ptr.dtype == LONG and x.ptr.device == 0
end

--- Copies a LongStorage into `out` (default F.sizes); returns the number of sizes.
function sizes.from_storage(name, s, out)
  local n = tonumber(s.ptr.size)
  if n > MAXDIM then too_many(name, n) end
  out = out or F.sizes
  local p = ffi.cast(int64_p, s.ptr.data)
  for i = 0, n - 1 do out[i] = p[i] end
  return n
end

--- Copies numbers (or one LongStorage) into F.sizes; returns how many. `first` is the position of
-- the first of them among the arguments of function `name`, for messages.
function sizes.read(name, first, ...)
  local n = select('#', ...)
  local a, b, c, d = ...
  if sizes.is_list(a) then return sizes.from_storage(name, a) end
  if n > MAXDIM then too_many(name, n) end
  local out, integer = F.sizes, sizes.integer
  if n >= 1 then out[0] = integer(name, first, a) end
  if n >= 2 then out[1] = integer(name, first + 1, b) end
  if n >= 3 then out[2] = integer(name, first + 2, c) end
  if n >= 4 then out[3] = integer(name, first + 3, d) end
  for i = 5, n do out[i - 1] = integer(name, first + i - 1, (select(i, ...))) end
  return n
end

--- A 1-based dimension of x as a 0-based one for C (which checks the range).
function sizes.dim(name, n, v)
  local d = sizes.integer(name, n, v)
  if d > 255 or d < 1 then raise('%s: dimension %s out of range', name, d) end
  return floor(d) - 1
end

return sizes
