-- Diagonals, triangles, identity matrices and sequences: diag, tril, triu, eye, range, linspace,
-- logspace.

local F = require 'torch.ffi'
local construct = require 'torch.construct'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check_as, retry, bad, like, is_tensor =
  F.C, F.check_as, F.retry, F.bad_argument, F.like, F.is_tensor
local op, integer = ops.op, sizes.integer
local type = type

for _, row in ipairs {
  {'diag', 'diagonal k of a matrix, or the matrix with a vector on its diagonal k'},
  {'tril', 'a matrix with 0 above diagonal k'}, {'triu', 'a matrix with 0 below diagonal k'},
} do
  local name = row[1]
  local cname = 'lt_' .. name

  local function compute(r, x, k)
    k = k == nil and 0 or integer(name, 2, k)
    local rc = C[cname](r, x, k)
    if rc ~= 0 and retry(rc) then rc = C[cname](r, x, k) end
    check_as(name, rc)
    return r
  end

  local function forms(a, b, c)
    if not is_tensor(a) then bad(name, 1, 'a tensor', a) end
    if is_tensor(b) then return compute(a, b, c) end
    return compute(like(a), a, b)
  end
  op(name, 'custom', {doc = row[2] .. ' (0: the main one, positive: above it)',
    usage = '([res,] x [, k=0])', method = forms, func = forms})
end

-- Declares a function that fills a tensor from up to three numbers: res:f(...), torch.f([res,] ...
-- [, type name]).
local function creator(name, doc, usage, fill)
  local function call(r, a, b, c)
    local rc = fill(r, a, b, c)
    if rc ~= 0 and retry(rc) then rc = fill(r, a, b, c) end
    check_as(name, rc)
    return r
  end
  op(name, 'custom', {doc = doc, usage = usage,
    method = function(self, a, b, c)
      if not is_tensor(self) then bad(name, 1, 'a tensor', self) end
      return call(self, a, b, c)
    end,
    func = function(a, b, c, d)
      if is_tensor(a) then return call(a, b, c, d) end
      if type(b) == 'string' then return call(construct.typed('torch.' .. name, b), a) end
      if type(c) == 'string' then return call(construct.typed('torch.' .. name, c), a, b) end
      if type(d) == 'string' then return call(construct.typed('torch.' .. name, d), a, b, c) end
      return call(construct.new(), a, b, c)
    end})
end

local function number(name, n, v)
  if type(v) ~= 'number' then bad(name, n, 'a number', v) end
  return v
end

creator('eye', 'matrix with 1 on its diagonal', '([res,] rows [, cols=rows])',
  function(r, rows, cols)
    rows = integer('eye', 1, rows)
    return C.lt_eye(r, rows, (cols == nil or cols == 0) and rows or integer('eye', 2, cols))
  end)

creator('range', 'numbers from first to last by step', '([res,] first, last [, step=1])',
  function(r, first, last, step)
    return C.lt_range(r, number('range', 1, first), number('range', 2, last),
      step == nil and 1 or number('range', 3, step))
  end)

creator('linspace', 'n equally spaced numbers', '([res,] first, last [, n=100])',
  function(r, first, last, n)
    return C.lt_linspace(r, number('linspace', 1, first), number('linspace', 2, last),
      n == nil and 100 or integer('linspace', 3, n))
  end)

creator('logspace', 'powers of 10 of n equally spaced numbers', '([res,] first, last [, n=100])',
  function(r, first, last, n)
    return C.lt_logspace(r, number('logspace', 1, first), number('logspace', 2, last),
      n == nil and 100 or integer('logspace', 3, n))
  end)
