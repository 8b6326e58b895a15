-- Products of matrices and vectors: mm, mv, ger, bmm, dot, and the same added to a tensor: addmm,
-- addmv, addr, addbmm, baddbmm.

local F = require 'torch.ffi'
local compile = require 'torch.compile'
local ops = require 'torch.ops'

local C, run, raise, like, describe = F.C, F.run, F.raise, F.like, F.describe
local op = ops.op
local out = F.out

-- Products ---------------------------------------------------------------------------------------

local function product(name, doc)
  local method, func = compile(name, [[
local function method(self, y, z)
  need_tensor(1, self)
  need_tensor(2, y)
  need_tensor(3, z)
  TRY(C.lt_$N(self, y, z))
  return self
end
local function func(a, b, c)
  if c ~= nil then return method(a, b, c) end
  need_tensor(1, a)
  return method(like(a), a, b)
end
return method, func]])
  op(name, 'custom', {doc = doc, usage = '([res,] y, z)', method = method, func = func})
end
product('mm', 'matrix times matrix')
product('mv', 'matrix times vector')
product('ger', 'outer product of two vectors')
product('bmm', 'products of two batches of matrices')

local dot = compile('dot', [[
return function(x, y)
  need_tensor(1, x)
  need_tensor(2, y)
  TRY(C.lt_dot(out, x, y))
  return out[0]
end]])
op('dot', 'custom', {doc = 'sum of the products of corresponding elements',
  usage = '(x, y) -> number', method = dot, func = dot})

-- Sums with a product: res = v * x + v2 * product -------------------------------------------------

local function sum_with_product(name, doc)
  local method, func = compile(name, [[
local function compute(r, beta, x, alpha, y, z)
  need_tensor(1, r)
  need_number(2, beta)
  need_tensor(2, x)
  need_number(3, alpha)
  need_tensor(3, y)
  need_tensor(4, z)
  TRY(C.lt_$N(r, x, y, z, beta, alpha))
  return r
end
-- x [v2] y z
local function without_beta(r, beta, x, a, b, c)
  if is_tensor(a) then return compute(r, beta, x, 1, a, b) end
  return compute(r, beta, x, a, b, c)
end
-- [v] x [v2] y z
local function complete(r, a, b, c, d, e)
  if is_tensor(a) then return without_beta(r, 1, a, b, c, d) end
  return without_beta(r, a, b, c, d, e)
end
-- [x] [v2] y z, or v [x] v2 y z
local function method(self, a, b, c, d, e)
  need_tensor(1, self)
  if is_tensor(a) then
    if c == nil then return compute(self, 1, self, 1, a, b) end
    return without_beta(self, 1, a, b, c, d)
  end
  if is_tensor(b) then
    if d == nil then return compute(self, 1, self, a, b, c) end
    return without_beta(self, a, b, c, d, e)
  end
  return compute(self, a, self, b, c, d)
end
-- [res] [v] x [v2] y z: a result is there when four tensors are
local function func(a, b, c, d, e, f)
  if not is_tensor(a) then
    need_tensor(2, b)
    return complete(like(b), a, b, c, d, e)
  end
  local tensors = 1 + (is_tensor(b) and 1 or 0) + (is_tensor(c) and 1 or 0)
    + (is_tensor(d) and 1 or 0) + (is_tensor(e) and 1 or 0) + (is_tensor(f) and 1 or 0)
  if tensors >= 4 then return complete(a, b, c, d, e, f) end
  return complete(like(a), a, b, c, d, e)
end
return method, func]])
  op(name, 'custom', {doc = doc, usage = '([res,] [v=1,] x, [v2=1,] y, z); x:' .. name
    .. '([v2,] y, z); x:' .. name .. '(v, v2, y, z)', method = method, func = func})
end
sum_with_product('addmm', 'v * x + v2 * (matrix times matrix)')
sum_with_product('addmv', 'v * x + v2 * (matrix times vector)')
sum_with_product('addr', 'v * x + v2 * (outer product of two vectors)')
sum_with_product('baddbmm', 'v * x + v2 * (products of two batches of matrices)')
sum_with_product('addbmm', 'v * x + v2 * (sum of the products of two batches of matrices)')

-- The operator * ---------------------------------------------------------------------------------

--- x * y for two tensors: dot product, matrix times vector, or matrix times matrix.
function ops.product(x, y)
  if x.ndim == 1 and y.ndim == 1 then
    run('*', C.lt_dot, out, x, y)
    return out[0]
  end
  local r = like(x)
  if x.ndim == 2 and y.ndim == 1 then
    run('*', C.lt_mv, r, x, y)
  elseif x.ndim == 2 and y.ndim == 2 then
    run('*', C.lt_mm, r, x, y)
  else
    raise('*: no product of %s and %s', describe(x), describe(y))
  end
  return r
end
