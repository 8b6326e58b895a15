-- Joining, splitting, repeating and reshaping: cat, split, chunk, repeatTensor, reshape.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'
require 'torch.sequence'

local C, check, check_as, retry, raise, bad, like, is_tensor, describe =
  F.C, F.check, F.check_as, F.retry, F.raise, F.bad_argument, F.like, F.is_tensor, F.describe
local op, dim_of, integer = ops.op, sizes.dim, sizes.integer
local type, tonumber, math_ceil, huge = type, tonumber, math.ceil, math.huge

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

-- cat --------------------------------------------------------------------------------------------

local pointers = ffi.typeof('const lt_tensor *[?]')
local scratch, room = pointers(16), 16

-- Joins list, a table that keeps the tensors alive, into r (nil: a new tensor).
local function join(r, list, dim)
  local n = #list
  if n == 0 then raise('cat: expected one or more tensors') end
  if n > room then
    room = 2 * n
    scratch = pointers(room)
  end
  for i = 1, n do
    if not is_tensor(list[i]) then
      raise('cat: expected a tensor as element %d of the table, got %s', i, describe(list[i]))
    end
    scratch[i - 1] = list[i]
  end
  r = r or like(list[1])
  local d = dim == nil and -1 or dim_of('cat', 3, dim)
  local rc = C.lt_cat(r, n, scratch, d)
  if rc ~= 0 and retry(rc) then rc = C.lt_cat(r, n, scratch, d) end
  check_as('cat', rc)
  return r
end

local function cat(a, b, c, d)
  if type(a) == 'table' then return join(nil, a, b) end
  need_tensor('cat', 1, a)
  if type(b) == 'table' then return join(a, b, c) end
  need_tensor('cat', 2, b)
  if is_tensor(c) then return join(a, {b, c}, d) end
  return join(nil, {a, b}, c)
end
op('cat', 'custom', {doc = 'joins tensors along a dimension (default: the last)',
  usage = '([res,] x, y [, dim]); ([res,] {x, ...} [, dim])', method = cat, func = cat})

-- split and chunk --------------------------------------------------------------------------------

-- Views of `size` elements along dimension d in the table `out`; the last may be shorter.
local function pieces(out, x, size, d)
  for i = #out, 1, -1 do out[i] = nil end
  local n = tonumber(x.sizes[d])
  for first = 0, n - 1, size do
    local r = like(x)
    check(C.lt_narrow(r, x, d, first, math.min(size, n - first)))
    out[#out + 1] = r
  end
  return out
end

-- The dimension (default 1) of x, from 0.
local function dimension(name, x, dim)
  local d = dim == nil and 0 or dim_of(name, 3, dim)
  if d >= x.ndim then raise('%s: dimension %d is out of range of %s', name, d + 1, describe(x)) end
  return d
end

local function split(a, b, c, d)
  if type(a) ~= 'table' then a, b, c, d = {}, a, b, c end
  need_tensor('split', 1, b)
  local size = integer('split', 2, c)
  if size < 1 then raise('split: expected a size of 1 or more, got %s', c) end
  return pieces(a, b, size - size % 1, dimension('split', b, d))
end
op('split', 'custom', {
  doc = 'views of a size along a dimension; the last may be smaller',
  usage = '([resTable,] x, size [, dim=1])', method = split, func = split})

local function chunk(a, b, c, d)
  if type(a) ~= 'table' then a, b, c, d = {}, a, b, c end
  need_tensor('chunk', 1, b)
  local count = integer('chunk', 2, c)
  local at = dimension('chunk', b, d)
  return pieces(a, b, count < 1 and huge or math_ceil(tonumber(b.sizes[at]) / count), at)
end
op('chunk', 'custom', {doc = 'at most a number of views of equal size along a dimension',
  usage = '([resTable,] x, nChunk [, dim=1])', method = chunk, func = chunk})

-- repeatTensor and reshape -----------------------------------------------------------------------

local function repeated(r, x, ...)
  local n = sizes.read('repeatTensor', 2, ...)
  local rc = C.lt_repeat(r, x, n, F.sizes)
  if rc ~= 0 and retry(rc) then rc = C.lt_repeat(r, x, n, F.sizes) end
  check_as('repeatTensor', rc)
  return r
end

local function repeat_tensor(a, b, ...)
  need_tensor('repeatTensor', 1, a)
  if is_tensor(b) then return repeated(a, b, ...) end
  return repeated(like(a), a, b, ...)
end
op('repeatTensor', 'custom', {
  doc = 'copies of the tensor side by side along every dimension',
  usage = '([res,] x, counts...)', method = repeat_tensor, func = repeat_tensor})

local function reshaped(r, x, ...)
  local n, numel = sizes.read('reshape', 2, ...), 1
  for i = 0, n - 1 do numel = numel * tonumber(F.sizes[i]) end
  if numel ~= tonumber(C.lt_numel(x)) then
    raise('reshape: %d elements asked for from %s', numel, describe(x))
  end
  local rc = C.lt_reshape(r, x, n, F.sizes)
  if rc ~= 0 and retry(rc) then rc = C.lt_reshape(r, x, n, F.sizes) end
  check_as('reshape', rc)
  return r
end

local function reshape(a, b, ...)
  need_tensor('reshape', 1, a)
  if is_tensor(b) then return reshaped(a, b, ...) end
  return reshaped(like(a), a, b, ...)
end
op('reshape', 'custom', {doc = 'a copy with other sizes and the same number of elements',
  usage = '([res,] x, sizes...)', method = reshape, func = reshape})
