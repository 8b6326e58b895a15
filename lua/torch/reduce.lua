-- Reductions: sum, prod, mean, max, min, all, any, var, std, norm, dist, renorm, trace, equal, and
-- cumsum, cumprod, histc, bhistc, cross. Over every element they give a number, along a dimension a
-- tensor that keeps that dimension with size 1.

local F = require 'torch.ffi'
local compile = require 'torch.compile'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check, check_as, retry, run, raise, bad, like, is_tensor =
  F.C, F.check, F.check_as, F.retry, F.run, F.raise, F.bad_argument, F.like, F.is_tensor
local op, dim_of, integer = ops.op, sizes.dim, sizes.integer
local type = type
local iout = F.iout

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

local function need_number(name, n, v)
  if type(v) ~= 'number' then bad(name, n, 'a number', v) end
  return v
end

-- Declares op `name`. Its method and its function are the same, since a method call puts the
-- receiver first.
local function declare(name, doc, usage, source)
  local f = compile(name, source)
  op(name, 'custom', {doc = doc, usage = usage, method = f, func = f})
end

-- One accumulator --------------------------------------------------------------------------------

local plain = [[
local function along(r, x, dim)
  local d = dim_of('$N', 2, dim)
  TRY(C.lt_$N(r, x, d))
  return r
end
return function(a, b, c)
  need_tensor(1, a)
  if b == nil then
    TRY(C.lt_$N_all(out, a))
    return out[0]
  end
  if is_tensor(b) then return along(a, b, c) end
  return along(like(a), a, b)
end]]

for _, row in ipairs {{'sum', 'sum'}, {'prod', 'product'}, {'mean', 'mean'}} do
  declare(row[1], row[2] .. ' of the elements', '(x) -> number; ([res,] x, dim)', plain)
end

for _, row in ipairs {{'all', 'every'}, {'any', 'some'}} do
  declare(row[1], 'whether ' .. row[2] .. ' element of a ByteTensor is not 0', '(x) -> boolean', [[
return function(x)
  need_tensor(1, x)
  check(C.lt_$N_all(out, x))
  return out[0] ~= 0
end]])
end

for _, row in ipairs {{'max', 'largest'}, {'min', 'smallest'}} do
  declare(row[1], row[2] .. ' element; along a dimension also its first position. NaN wins',
    '(x) -> number; ([res,] [resIndex,] x, dim) -> res, resIndex', [[
local function along(r, i, x, dim)
  local d = dim_of('$N', 2, dim)
  TRY(C.lt_$N(r, i, x, d))
  return r, i
end
return function(a, b, c, d)
  need_tensor(1, a)
  if b == nil then
    TRY(C.lt_$N_all(out, a))
    return out[0]
  end
  if not is_tensor(b) then return along(like(a), F.tensor(F.dtype.Long, a.device), a, b) end
  if is_tensor(c) then return along(a, b, c, d) end
  if a.dtype == F.dtype.Long and b.dtype ~= a.dtype then return along(like(b), a, b, c) end
  return along(a, F.tensor(F.dtype.Long, b.device), b, c)
end]])
end

-- Variance ---------------------------------------------------------------------------------------

for _, row in ipairs {{'var', 'variance'}, {'std', 'standard deviation'}} do
  declare(row[1], row[2] .. '; divided by n when biased, else by n - 1',
    '(x [, biased]) -> number; ([res,] x, dim [, biased])', [[
local function flag(n, biased)
  if biased ~= nil and type(biased) ~= 'boolean' then bad('$N', n, 'a boolean', biased) end
  return biased and 1 or 0
end
local function along(r, x, dim, biased)
  local d, b = dim_of('$N', 2, dim), flag(3, biased)
  TRY(C.lt_$N(r, x, d, b))
  return r
end
return function(a, b, c, d)
  need_tensor(1, a)
  if b == nil or type(b) == 'boolean' then
    local biased = flag(2, b)
    TRY(C.lt_$N_all(out, a, biased))
    return out[0]
  end
  if is_tensor(b) then return along(a, b, c, d) end
  return along(like(a), a, b, c)
end]])
end

-- Norms ------------------------------------------------------------------------------------------

declare('norm', 'p-norm: (sum |x|^p)^(1/p); p = 0 counts elements that are not 0',
  '(x [, p=2]) -> number; ([res,] x, p, dim)', [[
local function along(r, x, p, dim)
  local d = dim_of('norm', 3, dim)
  need_number(2, p)
  TRY(C.lt_norm(r, x, p, d))
  return r
end
return function(a, b, c, d)
  need_tensor(1, a)
  if is_tensor(b) then return along(a, b, c, d) end
  if c ~= nil then return along(like(a), a, b, c) end
  local p = b == nil and 2 or need_number(2, b)
  TRY(C.lt_norm_all(out, a, p))
  return out[0]
end]])

declare('dist', 'p-norm of the difference', '(x, y [, p=2]) -> number', [[
return function(x, y, p)
  need_tensor(1, x)
  need_tensor(2, y)
  p = p == nil and 2 or need_number(3, p)
  TRY(C.lt_dist(out, x, y, p))
  return out[0]
end]])

local function renorm(r, x, p, dim, limit)
  local d = dim_of('renorm', 3, dim)
  p, limit = need_number('renorm', 2, p), need_number('renorm', 4, limit)
  run('renorm', C.lt_renorm, r, x, p, d, limit)
  return r
end

op('renorm', 'custom', {
  doc = 'scales every slice along dim whose p-norm exceeds a limit down to it',
  usage = '([res,] x, p, dim, limit)',
  method = function(self, a, ...)
    need_tensor('renorm', 1, self)
    if is_tensor(a) then return renorm(self, a, ...) end
    return renorm(self, self, a, ...)
  end,
  func = function(a, b, ...)
    need_tensor('torch.renorm', 1, a)
    if is_tensor(b) then return renorm(a, b, ...) end
    return renorm(like(a), a, b, ...)
  end,
})

-- Scans, trace, equality -------------------------------------------------------------------------

for _, row in ipairs {{'cumsum', 'sums'}, {'cumprod', 'products'}} do
  declare(row[1], 'running ' .. row[2] .. ' along a dimension', '([res,] x [, dim=1])', [[
local function along(r, x, dim)
  local d = dim == nil and 0 or dim_of('$N', 2, dim)
  TRY(C.lt_$N(r, x, d))
  return r
end
return function(a, b, c)
  need_tensor(1, a)
  if is_tensor(b) then return along(a, b, c) end
  return along(like(a), a, b)
end]])
end

declare('trace', 'sum of the diagonal of a matrix', '(x) -> number', [[
return function(x)
  need_tensor(1, x)
  TRY(C.lt_trace(out, x))
  return out[0]
end]])

local function equal(x, y)
  need_tensor('equal', 1, x)
  need_tensor('equal', 2, y)
  local rc = C.lt_equal(iout, x, y)
  if rc ~= 0 and retry(rc) then rc = C.lt_equal(iout, x, y) end
  check_as('equal', rc)
  return iout[0] ~= 0
end
op('equal', 'custom', {doc = 'whether sizes and all values are the same',
  usage = '(x, y) -> boolean', method = equal, func = equal})

-- Histograms -------------------------------------------------------------------------------------

for _, row in ipairs {{'histc', 'the elements'}, {'bhistc', 'the elements of every row'}} do
  local name = row[1]
  local cname = 'lt_' .. name

  local function compute(r, x, bins, low, high)
    bins = integer(name, 2, bins == nil and 100 or bins)
    low = need_number(name, 3, low == nil and 0 or low)
    high = need_number(name, 4, high == nil and 0 or high)
    run(name, C[cname], r, x, bins, low, high)
    return r
  end

  local function histogram(a, b, ...)
    need_tensor(name, 1, a)
    if is_tensor(b) then return compute(a, b, ...) end
    return compute(like(a), a, b, ...)
  end
  op(name, 'custom', {
    doc = 'counts of ' .. row[2] .. ' in bins of equal width; low = high takes the range of x',
    usage = '([res,] x [, bins=100 [, low=0 [, high=0]]])', method = histogram, func = histogram})
end

-- Cross product ----------------------------------------------------------------------------------

-- The first dimension of size 3, from 0.
local function dimension_of_three(x)
  for d = 0, x.ndim - 1 do
    if x.sizes[d] == 3 then return d end
  end
  raise('cross: no dimension of size 3 in %s', F.describe(x))
end

-- Element k of dimension d, which stays with size 1.
local function component(x, d, k)
  local r = like(x)
  check(C.lt_narrow(r, x, d, k, 1))
  return r
end

local function cross(r, x, y, dim)
  if C.lt_is_same_size(x, y) == 0 then
    raise('cross: sizes do not match: %s and %s', F.describe(x), F.describe(y))
  end
  if r.dtype ~= x.dtype then
    raise('cross: the result must be a %sTensor, got %s', F.dtype_name[x.dtype], F.describe(r))
  end
  local d = dim == nil and dimension_of_three(x) or dim_of('cross', 3, dim)
  if d >= x.ndim or x.sizes[d] ~= 3 then
    raise('cross: dimension %d of %s does not have size 3', d + 1, F.describe(x))
  end
  local result = like(x)
  run('cross', C.lt_resize_as, result, x)
  for k = 0, 2 do
    local i, j = (k + 1) % 3, (k + 2) % 3
    local c = component(result, d, k)
    run('cross', C.lt_cmul, c, component(x, d, i), component(y, d, j))
    run('cross', C.lt_addcmul, c, c, component(x, d, j), component(y, d, i), -1)
  end
  run('cross', C.lt_resize_as, r, x)
  run('cross', C.lt_copy, r, result)
  return r
end

local function cross_forms(a, b, c, d)
  need_tensor('cross', 1, a)
  need_tensor('cross', 2, b)
  if is_tensor(c) then return cross(a, b, c, d) end
  local r = like(a)
  return cross(r, a, b, c)
end
op('cross', 'custom', {
  doc = 'cross product along a dimension of size 3 (default: the first such)',
  usage = '([res,] x, y [, dim])', method = cross_forms, func = cross_forms})
