-- Order along a dimension: sort, topk, kthvalue, median, mode, each with the positions of what it
-- returns; and the additions unique and searchsorted. NaN counts as larger than every number.

local compile = require 'torch.compile'
local ops = require 'torch.ops'

-- Declares op `name`. Its method and its function are the same, since a method call puts the
-- receiver first.
local function declare(name, doc, usage, source)
  local f = compile(name, source)
  ops.op(name, 'custom', {doc = doc, usage = usage, method = f, func = f})
end

-- The forms in front of the other arguments: x; values, x; positions, x; values, positions, x. Two
-- tensors are positions and x where only the first is a LongTensor. `along` is what they call.
local forms = [[
local LONG = F.dtype.Long
return function(a, b, c, d, e, f, g)
  need_tensor(1, a)
  if not is_tensor(b) then return along(like(a), F.tensor(LONG, a.device), a, b, c, d, e) end
  if is_tensor(c) then return along(a, b, c, d, e, f, g) end
  if a.dtype == LONG and b.dtype ~= LONG then return along(like(b), a, b, c, d, e, f) end
  return along(a, F.tensor(LONG, b.device), b, c, d, e, f)
end]]

-- The last dimension is -1 for C.
local arguments = [[
local function dimension(n, dim)
  if dim == nil then return -1 end
  return dim_of('$N', n, dim)
end
local function flag(n, v)
  if v ~= nil and type(v) ~= 'boolean' then bad('$N', n, 'a boolean', v) end
  return v and 1 or 0
end
local function rank(n, k)
  if type(k) ~= 'number' then bad('$N', n, 'a number', k) end
  if not (k > -2 ^ 53 and k < 2 ^ 53) then F.raise('$N: argument %d is %s, not a count', n, k) end
  return k
end
]]

declare('sort', 'elements in order, with their positions; equal ones stay in order',
  '([res,] [resIndex,] x [, dim=last] [, descending=false]) -> res, resIndex', arguments .. [[
local function along(r, i, x, dim, descending)
  if type(dim) == 'boolean' and descending == nil then dim, descending = nil, dim end
  local d, down = dimension(2, dim), flag(3, descending)
  TRY(C.lt_sort(r, i, x, d, down))
  return r, i
end
]] .. forms)

declare('topk', 'k smallest (or largest) elements, with their positions; they are always sorted',
  '([res,] [resIndex,] x [, k=1] [, dim=last] [, largest=false] [, sorted=false]) -> res, resIndex',
  arguments .. [[
local function along(r, i, x, k, dim, largest, sorted)
  if type(k) == 'boolean' then
    k, dim, largest, sorted = nil, nil, k, dim
  elseif type(dim) == 'boolean' then
    dim, largest, sorted = nil, dim, largest
  end
  local n, d, up = k == nil and 1 or rank(2, k), dimension(3, dim), flag(4, largest)
  flag(5, sorted)
  TRY(C.lt_topk(r, i, x, n, d, up))
  return r, i
end
]] .. forms)

declare('kthvalue', 'k-th smallest element, with its position',
  '([res,] [resIndex,] x, k [, dim=last]) -> res, resIndex', arguments .. [[
local function along(r, i, x, k, dim)
  local n, d = rank(2, k), dimension(3, dim)
  TRY(C.lt_kthvalue(r, i, x, n, d))
  return r, i
end
]] .. forms)

for _, row in ipairs {
  {'median', 'median, with its position: the lower one of two elements in the middle'},
  {'mode', 'most frequent element, the smallest of several, with its last position'},
} do
  declare(row[1], row[2], '([res,] [resIndex,] x [, dim=last]) -> res, resIndex', arguments .. [[
local function along(r, i, x, dim)
  local d = dimension(2, dim)
  TRY(C.lt_$N(r, i, x, d))
  return r, i
end
]] .. forms)
end

-- Additions --------------------------------------------------------------------------------------

declare('unique', 'distinct elements of x in order; where each element of x is among them, and how '
  .. 'often each occurs (an addition to Torch7)',
  '([res,] x [, inverse=false] [, counts=false]) -> res [, inverse] [, counts]', arguments .. [[
local LONG = F.dtype.Long
local function distinct(r, x, inverse, counts)
  local with_inverse, with_counts = flag(2, inverse) == 1, flag(3, counts) == 1
  local i, n = nil, nil
  if with_inverse then i = F.tensor(LONG, x.device) end
  if with_counts then n = F.tensor(LONG, x.device) end
  TRY(C.lt_unique(r, i, n, x))
  if with_inverse then return r, i, n end
  return r, n
end
return function(a, b, c, d)
  need_tensor(1, a)
  if is_tensor(b) then return distinct(a, b, c, d) end
  return distinct(like(a), a, b, c)
end]])

declare('searchsorted', 'where x (a tensor or a number) belongs in sorted elements: the first '
  .. 'position of one that is not less, or with right, that is greater (an addition to Torch7)',
  '([res,] sorted, x [, right=false]) -> res or number', arguments .. [[
local LONG = F.dtype.Long
local size = F.sizes
local function floating(x) return x.dtype >= F.dtype.Half end
local function search(r, sorted, x, right)
  local after = flag(3, right)
  TRY(C.lt_searchsorted(r, sorted, x, after))
  return r
end
local function number(sorted, v, right)
  local x, r = like(sorted), F.tensor(LONG, sorted.device)
  size[0] = 1
  check(C.lt_resize(x, 1, size, nil))
  check(C.lt_fill(x, v))
  check(C.lt_get(out, x, 0))
  -- v may lie between two elements of the type: one of its neighbours stands for it
  local near = out[0]
  if not floating(sorted) and not (near - v < 1 and v - near < 1) then
    F.raise('$N: %s does not fit in a %sTensor', v, F.dtype_name[sorted.dtype])
  end
  if near < v then right = true elseif near > v then right = false end
  search(r, sorted, x, right)
  check(C.lt_get(out, r, 0))
  return out[0]
end
return function(a, b, c, d)
  need_tensor(1, a)
  if is_tensor(c) then
    need_tensor(2, b)
    return search(a, b, c, d)
  end
  if type(b) == 'number' then return number(a, b, c) end
  if not is_tensor(b) then bad('$N', 2, 'a tensor or a number', b) end
  return search(F.tensor(LONG, b.device), a, b, c)
end]])
