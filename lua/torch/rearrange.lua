-- Additions to Torch7 that rearrange elements: stack, roll, and the choice where.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local construct = require 'torch.construct'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check, check_as, retry, run, raise, bad, like, is_tensor, describe =
  F.C, F.check, F.check_as, F.retry, F.run, F.raise, F.bad_argument, F.like, F.is_tensor, F.describe
local op, dim_of, integer = ops.op, sizes.dim, sizes.integer
local type, tonumber = type, tonumber

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

-- stack ------------------------------------------------------------------------------------------

local pointers = ffi.typeof('const lt_tensor *[?]')

-- A view of x with a dimension of size 1 in front of dimension d (from 0).
local function with_dimension(x, d)
  local r = like(x)
  for k = 0, x.ndim - 1 do
    local to = k < d and k or k + 1
    F.sizes[to], F.strides[to] = x.sizes[k], x.strides[k]
  end
  F.sizes[d], F.strides[d] = 1, 1
  check(C.lt_set_storage(r, x.mem, x.offset, x.ndim + 1, F.sizes, F.strides))
  return r
end

local function need_type(first, x)
  if x.dtype ~= first.dtype or x.device ~= first.device then
    raise('stack: expected tensors of one type, got %s and %s', describe(first), describe(x))
  end
end

local function stacked(r, list, dim)
  local n, first = #list, list[1]
  if n == 0 then raise('stack: expected one or more tensors') end
  local views, array = {}, pointers(n)
  local d = dim == nil and 0 or dim_of('stack', 3, dim)
  for i = 1, n do
    local x = list[i]
    if not is_tensor(x) then
      raise('stack: expected a tensor as element %d of the table, got %s', i, describe(x))
    end
    if x.ndim == 0 or C.lt_is_same_size(x, first) == 0 then
      raise('stack: expected tensors of one size, got %s and %s', describe(first), describe(x))
    end
    if d > x.ndim or x.ndim == C.LT_MAXDIM then
      raise('stack: no room for dimension %d in %s', d + 1, describe(x))
    end
    need_type(first, x)
    views[i] = with_dimension(x, d)
    array[i - 1] = views[i]
  end
  if r then need_type(first, r) else r = like(first) end
  local rc = C.lt_cat(r, n, array, d)
  if rc ~= 0 and retry(rc) then rc = C.lt_cat(r, n, array, d) end
  check_as('stack', rc)
  return r
end

local function stack(a, b, c, d)
  if type(a) == 'table' then return stacked(nil, a, b) end
  need_tensor('stack', 1, a)
  if type(b) == 'table' then return stacked(a, b, c) end
  need_tensor('stack', 2, b)
  if is_tensor(c) then return stacked(a, {b, c}, d) end
  return stacked(nil, {a, b}, c)
end
op('stack', 'custom', {
  doc = 'joins tensors of one size along a new dimension (an addition to Torch7)',
  usage = '([res,] x, y [, dim=1]); ([res,] {x, ...} [, dim=1])', method = stack, func = stack})

-- roll -------------------------------------------------------------------------------------------

-- The n slices of x along d from `from` on, copied to those of r from `to` on.
local function move(r, x, d, to, from, n)
  if n == 0 then return end
  local a, b = like(r), like(x)
  check(C.lt_narrow(a, r, d, to, n))
  check(C.lt_narrow(b, x, d, from, n))
  run('roll', C.lt_copy, a, b)
end

-- Whether r has the sizes of x in memory of its own: both storages are plain, and not the same one.
local function apart(r, x)
  return r.mem ~= nil and r.mem ~= x.mem and r.mem.kind == 0 and x.mem.kind == 0
    and C.lt_is_same_size(r, x) ~= 0 and C.lt_is_contiguous(r) ~= 0
end

local function rolled_along(r, x, shift, d)
  if d >= x.ndim then raise('roll: dimension %d is out of range of %s', d + 1, describe(x)) end
  local n = tonumber(x.sizes[d])
  shift = shift % n
  local out = r ~= nil and apart(r, x) and r or like(x)
  run('roll', C.lt_resize_as, out, x)
  move(out, x, d, shift, 0, n - shift)
  move(out, x, d, 0, n - shift, shift)
  if r == nil or r == out then return out end
  run('roll', C.lt_resize_as, r, x)
  run('roll', C.lt_copy, r, out)
  return r
end

local function rolled(r, x, shift, dim)
  if r and r.dtype ~= x.dtype then
    raise('roll: the result must be a %sTensor, got %s', F.dtype_name[x.dtype], describe(r))
  end
  shift = integer('roll', 2, shift)
  shift = shift >= 0 and shift - shift % 1 or shift + (-shift) % 1
  if dim ~= nil then return rolled_along(r, x, shift, dim_of('roll', 3, dim)) end
  if x.ndim == 0 then raise('roll: the tensor is empty') end
  local flat = x:contiguous()
  local out = rolled_along(nil, flat:view(-1), shift, 0)
  if r == nil then return out:viewAs(x) end
  run('roll', C.lt_resize_as, r, x)
  run('roll', C.lt_copy, r, out)
  return r
end

local function roll(a, b, c, d)
  need_tensor('roll', 1, a)
  if is_tensor(b) then return rolled(a, b, c, d) end
  return rolled(nil, a, b, c)
end
op('roll', 'custom', {
  doc = 'elements moved by a number of places along a dimension, those that leave at one end '
    .. 'coming in at the other; without dim, in the order of all elements (an addition to Torch7)',
  usage = '([res,] x, shift [, dim])', method = roll, func = roll})

-- where ------------------------------------------------------------------------------------------

-- A number as a tensor of one element.
local function constant(v, dtype, device)
  local one = F.tensor(dtype, device)
  F.sizes[0] = 1
  check(C.lt_resize(one, 1, F.sizes, nil))
  check(C.lt_fill(one, v))
  return one
end

local function choose(r, first, mask, a, b)
  need_tensor('where', first, mask)
  local typed = is_tensor(a) and a or is_tensor(b) and b or r
  local dtype = typed and typed.dtype or construct.default.dtype
  local device = mask.device
  if type(a) == 'number' then a = constant(a, dtype, device) end
  if type(b) == 'number' then b = constant(b, dtype, device) end
  if not is_tensor(a) then bad('where', first + 1, 'a tensor or a number', a) end
  if not is_tensor(b) then bad('where', first + 2, 'a tensor or a number', b) end
  r = r or F.tensor(dtype, device)
  local rc = C.lt_where(r, mask, a, b)
  if rc ~= 0 and retry(rc) then rc = C.lt_where(r, mask, a, b) end
  check_as('where', rc)
  return r
end

op('where', 'custom', {
  doc = 'elements of a where a ByteTensor is not 0, else of b; a and b are tensors or numbers, and '
    .. 'sizes broadcast (an addition to Torch7)',
  usage = '([res,] mask, a, b)',
  func = function(a, b, c, d)
    need_tensor('where', 1, a)
    if d ~= nil then return choose(a, 2, b, c, d) end
    return choose(nil, 1, a, b, c)
  end})
