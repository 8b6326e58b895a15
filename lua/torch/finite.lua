-- Additions to Torch7 about numbers that are not finite, and what needs care with them: isnan,
-- isinf, isfinite, logsumexp; and item, the only element.

local F = require 'torch.ffi'
local compile = require 'torch.compile'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check, run, raise, bad, like, is_tensor =
  F.C, F.check, F.run, F.raise, F.bad_argument, F.like, F.is_tensor
local op = ops.op
local D = F.dtype
local type, log, release = type, math.log, C.lt_tensor_release

-- Each compares in C; x - x is 0 unless x is not finite. Temporaries are released at once: the next
-- call finds their memory in the cache.
local tests = {
  {'isnan', 'is not a number', 'TRY(C.lt_ne(r, x, x))'},
  {'isfinite', 'is neither infinite nor not a number', [[
  local zero = like(x)
  TRY(C.lt_csub(zero, x, x, 1))
  TRY(C.lt_eq_s(r, zero, 0))
  C.lt_tensor_release(zero)]]},
  {'isinf', 'is infinite', [[
  if not real[x.dtype] then
    TRY(C.lt_ne(r, x, x))
    return r
  end
  local size = like(x)
  TRY(C.lt_abs(size, x))
  TRY(C.lt_eq_s(r, size, 1 / 0))
  C.lt_tensor_release(size)]]},
}
local source = [[
local Byte, D = F.dtype.Byte, F.dtype
local real = {[D.Half] = true, [D.Float] = true, [D.Double] = true, [D.BFloat16] = true}
local function test(r, x)
  if r.dtype ~= Byte then bad('$N', 1, 'a ByteTensor for the result', r) end
  %s
  return r
end
return function(a, b)
  need_tensor(1, a)
  if b == nil then return test(F.tensor(Byte, a.device), a) end
  need_tensor(2, b)
  return test(a, b)
end]]
for _, row in ipairs(tests) do
  local f = compile(row[1], source:format((row[3]:gsub('%%', '%%%%'))))
  op(row[1], 'custom', {
    doc = 'where x ' .. row[2] .. ', as a ByteTensor of 0 and 1 (an addition to Torch7)',
    usage = '([res,] x)', method = f, func = f})
end

-- logsumexp --------------------------------------------------------------------------------------

-- x as floats when it is of a type too narrow for sums of exponentials.
local function wide(x)
  if x.dtype == D.Half or x.dtype == D.BFloat16 then return x:float() end
  if x.dtype ~= D.Float and x.dtype ~= D.Double then
    raise('logsumexp: not available for a %sTensor', F.dtype_name[x.dtype])
  end
  return x
end

local function logsumexp_all(x)
  if x.ndim == 0 then raise('logsumexp: the tensor is empty') end
  x = wide(x)
  local largest = x:max()
  if largest - largest ~= 0 then return largest end -- infinite or not a number
  local terms = like(x)
  run('logsumexp', C.lt_adds_s, terms, x, -largest)
  run('logsumexp', C.lt_exp, terms, terms)
  local sum = terms:sum()
  release(terms)
  return largest + log(sum)
end

local function logsumexp_along(r, x, dim)
  if sizes.dim('logsumexp', 2, dim) >= x.ndim then
    raise('logsumexp: dimension %d is out of range of %s', dim, F.describe(x))
  end
  local values = wide(x)
  local largest = values:max(dim)
  -- where the largest is infinite or not a number, exp(x - 0) leads to the right result by itself
  largest = ops.functions.where(largest:isfinite(), largest, 0)
  local terms = like(values)
  run('logsumexp', C.lt_csub, terms, values, largest, 1)
  run('logsumexp', C.lt_exp, terms, terms)
  local sum = terms:sum(dim)
  release(terms)
  run('logsumexp', C.lt_log, sum, sum)
  run('logsumexp', C.lt_add, sum, sum, largest, 1)
  run('logsumexp', C.lt_resize_as, r, sum)
  run('logsumexp', C.lt_copy, r, sum)
  return r
end

local function logsumexp(a, b, c)
  if not is_tensor(a) then bad('logsumexp', 1, 'a tensor', a) end
  if b == nil then return logsumexp_all(a) end
  if is_tensor(b) then
    if a.dtype ~= b.dtype then
      bad('logsumexp', 1, 'a ' .. F.dtype_name[b.dtype] .. 'Tensor for the result', a)
    end
    if type(c) ~= 'number' then bad('logsumexp', 3, 'a dimension', c) end
    return logsumexp_along(a, b, c)
  end
  if type(b) ~= 'number' then bad('logsumexp', 2, 'a dimension', b) end
  return logsumexp_along(like(a), a, b)
end
op('logsumexp', 'custom', {
  doc = 'logarithm of the sum of the exponentials, without overflow (an addition to Torch7)',
  usage = '(x) -> number; ([res,] x, dim)', method = logsumexp, func = logsumexp})

-- item -------------------------------------------------------------------------------------------

local function item(x)
  if not is_tensor(x) then bad('item', 1, 'a tensor', x) end
  if C.lt_numel(x) ~= 1 then raise('item: expected one element, got %s', F.describe(x)) end
  check(C.lt_get(F.out, x, x.offset))
  return F.out[0]
end
op('item', 'custom', {doc = 'the only element as a number (an addition to Torch7)', usage = '(x)',
  method = item})
