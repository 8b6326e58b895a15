-- Elementwise operations with forms of their own: add, csub, addcmul, addcdiv, pow, atan2, lerp.

local F = require 'torch.ffi'
local ops = require 'torch.ops'

local C, check_as, retry, run, like, is_tensor, bad =
  F.C, F.check_as, F.retry, F.run, F.like, F.is_tensor, F.bad_argument
local op = ops.op
local type = type

-- add: x + v, x + y, x + v * y -------------------------------------------------------------------

local function add_number(name, r, x, v)
  local rc = C.lt_adds_s(r, x, v)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_adds_s(r, x, v) end
    check_as(name, rc)
  end
  return r
end

local function add_tensor(r, x, v, y)
  local rc = C.lt_add(r, x, y, v)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_add(r, x, y, v) end
    check_as('add', rc)
  end
  return r
end

-- r = x + (a, or a * b)
local function add(r, x, a, b)
  if type(a) == 'number' then
    if b == nil then return add_number('add', r, x, a) end
    if is_tensor(b) then return add_tensor(r, x, a, b) end
    bad('add', 3, 'a tensor', b)
  end
  if not is_tensor(a) then bad('add', 2, 'a tensor or a number', a) end
  return add_tensor(r, x, 1, a)
end

op('add', 'custom', {
  doc = 'sum with a number, or with a tensor times a number',
  usage = '([res,] x, v); ([res,] x, [v=1,] y)',
  method = function(self, a, b, c)
    if not is_tensor(self) then bad('add', 1, 'a tensor', self) end
    if b ~= nil and is_tensor(a) then return add(self, a, b, c) end
    return add(self, self, a, b)
  end,
  func = function(a, b, c, d)
    if not is_tensor(a) then bad('torch.add', 1, 'a tensor', a) end
    if c ~= nil and is_tensor(b) then return add(a, b, c, d) end
    return add(like(a), a, b, c)
  end,
})

-- r = x - (a, or a * b)
local function csub(r, x, a, b)
  if type(a) == 'number' and b == nil then
    return add_number('csub', r, x, -a)
  end
  local v, y = 1, a
  if type(a) == 'number' then v, y = a, b end
  if not is_tensor(y) then bad('csub', 2, 'a tensor or a number', y) end
  local rc = C.lt_csub(r, x, y, v)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_csub(r, x, y, v) end
    check_as('csub', rc)
  end
  return r
end

op('csub', 'custom', {
  doc = 'difference with a number, or with a tensor times a number',
  usage = '([res,] x, v); ([res,] x, [v=1,] y)',
  method = function(self, a, b, c)
    if not is_tensor(self) then bad('csub', 1, 'a tensor', self) end
    if b ~= nil and is_tensor(a) then return csub(self, a, b, c) end
    return csub(self, self, a, b)
  end,
  func = function(a, b, c, d)
    if not is_tensor(a) then bad('torch.csub', 1, 'a tensor', a) end
    if c ~= nil and is_tensor(b) then return csub(a, b, c, d) end
    return csub(like(a), a, b, c)
  end,
})

-- addcmul, addcdiv: x + v * y * z, x + v * y / z -------------------------------------------------

for name, text in pairs {addcmul = 'product', addcdiv = 'quotient'} do
  local cname = 'lt_' .. name

  -- r = x + (a, b, c) or ([v=1], a, b)
  local function compute(r, x, a, b, c)
    local v, y, z = 1, a, b
    if type(a) == 'number' then v, y, z = a, b, c end
    if not is_tensor(y) then bad(name, 2, 'a tensor', y) end
    if not is_tensor(z) then bad(name, 3, 'a tensor', z) end
    local rc = C[cname](r, x, y, z, v)
    if rc ~= 0 then
      if retry(rc) then rc = C[cname](r, x, y, z, v) end
      check_as(name, rc)
    end
    return r
  end

  op(name, 'custom', {
    doc = 'adds a number times the elementwise ' .. text .. ' of two tensors',
    usage = '([res,] x, [v=1,] y, z)',
    method = function(self, a, b, c, d)
      if not is_tensor(self) then bad(name, 1, 'a tensor', self) end
      if c ~= nil and is_tensor(a) then return compute(self, a, b, c, d) end
      return compute(self, self, a, b, c)
    end,
    func = function(a, b, c, d, e)
      if not is_tensor(a) then bad('torch.' .. name, 1, 'a tensor', a) end
      -- with a result: (res, x, y, z) or (res, x, v, y, z); without: (x, y, z) or (x, v, y, z)
      if is_tensor(b) and d ~= nil then return compute(a, b, c, d, e) end
      return compute(like(a), a, b, c, d)
    end,
  })
end

-- pow --------------------------------------------------------------------------------------------

local function pow_status(r, x, v)
  if v == 2 then return C.lt_square(r, x) end
  if v == 0.5 then return C.lt_sqrt(r, x) end
  if v == -0.5 then return C.lt_rsqrt(r, x) end
  if v == -1 then return C.lt_cinv(r, x) end
  return C.lt_cpow_s(r, x, v)
end

local function pow_number(r, x, v)
  local rc = pow_status(r, x, v)
  if rc ~= 0 then
    if retry(rc) then rc = pow_status(r, x, v) end
    check_as('pow', rc)
  end
  return r
end

local function pow(r, a, b)
  if not is_tensor(r) then bad('pow', 1, 'a tensor', r) end
  if is_tensor(a) and type(b) == 'number' then return pow_number(r, a, b) end
  if type(a) == 'number' and is_tensor(b) then
    local rc = C.lt_rpow(r, b, a)
    if rc ~= 0 then
      if retry(rc) then rc = C.lt_rpow(r, b, a) end
      check_as('pow', rc)
    end
    return r
  end
  bad('pow', 2, 'a tensor and a number', b)
end

op('pow', 'custom', {
  doc = 'elements to the power of a number, or a number to the power of the elements',
  usage = '([res,] x, v); ([res,] v, x); (v, v)',
  method = function(self, a, b)
    if not is_tensor(self) then bad('pow', 1, 'a tensor', self) end
    if b == nil then return pow(self, self, a) end
    return pow(self, a, b)
  end,
  func = function(a, b, c)
    if c ~= nil then return pow(a, b, c) end
    if type(a) == 'number' and type(b) == 'number' then return a ^ b end
    if is_tensor(a) then return pow(like(a), a, b) end
    if is_tensor(b) then return pow(like(b), a, b) end
    bad('torch.pow', 1, 'a tensor or a number', a)
  end,
})

-- atan2, lerp ------------------------------------------------------------------------------------

local function atan2(r, x, y)
  if not is_tensor(r) then bad('atan2', 1, 'a tensor', r) end
  if not is_tensor(x) then bad('atan2', 1, 'a tensor', x) end
  if not is_tensor(y) then bad('atan2', 2, 'a tensor', y) end
  local rc = C.lt_atan2(r, x, y)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_atan2(r, x, y) end
    check_as('atan2', rc)
  end
  return r
end

op('atan2', 'custom', {
  doc = 'arc tangent of x / y in the quadrant of the point (y, x)',
  usage = '([res,] x, y); (v, v)',
  method = function(self, x, y)
    if y == nil then return atan2(self, self, x) end
    return atan2(self, x, y)
  end,
  func = function(a, b, c)
    if type(a) == 'number' and type(b) == 'number' then return math.atan2(a, b) end
    if c ~= nil then return atan2(a, b, c) end
    if not is_tensor(a) then bad('torch.atan2', 1, 'a tensor or a number', a) end
    return atan2(like(a), a, b)
  end,
})

local function lerp(r, x, y, w)
  if not is_tensor(r) then bad('lerp', 1, 'a tensor', r) end
  if not is_tensor(x) then bad('lerp', 2, 'a tensor', x) end
  if not is_tensor(y) then bad('lerp', 3, 'a tensor', y) end
  if type(w) ~= 'number' then bad('lerp', 4, 'a number', w) end
  local rc = C.lt_lerp(r, x, y, w)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_lerp(r, x, y, w) end
    check_as('lerp', rc)
  end
  return r
end

op('lerp', 'custom', {
  doc = 'linear interpolation x + w * (y - x)',
  usage = '([res,] x, y, w); (v, v, w)',
  method = function(self, a, b, c)
    if c ~= nil then return lerp(self, a, b, c) end
    return lerp(self, self, a, b)
  end,
  func = function(a, b, c, d)
    if type(a) == 'number' and type(b) == 'number' and type(c) == 'number' then
      return a + c * (b - a)
    end
    if not is_tensor(a) then bad('torch.lerp', 1, 'a tensor or a number', a) end
    if d ~= nil then return lerp(a, b, c, d) end
    return lerp(like(a), a, b, c)
  end,
})

-- match -------------------------------------------------------------------------------------------

-- r[i][j] = v |x[i] - y[j]|^2 for the rows of two matrices
local function match(r, x, y, v)
  if not is_tensor(x) or x.ndim ~= 2 then bad('match', 1, 'a matrix', x) end
  if not is_tensor(y) or y.ndim ~= 2 then bad('match', 2, 'a matrix', y) end
  if v == nil then v = 1 elseif type(v) ~= 'number' then bad('match', 3, 'a number', v) end
  if x.dtype ~= y.dtype or x.sizes[1] ~= y.sizes[1] then
    F.raise('match: rows of different types or lengths: %s and %s', F.describe(x), F.describe(y))
  end
  local n, m, k = x:size(1), y:size(1), x:size(2)
  local d = like(x)
  if r.dtype ~= x.dtype then
    F.raise('match: the result must be a %sTensor, got %s', F.dtype_name[x.dtype], F.describe(r))
  end
  x = x:contiguous():view(n, 1, k):expand(n, m, k)
  y = y:contiguous():view(1, m, k):expand(n, m, k)
  run('match', C.lt_csub, d, x, y, 1)
  run('match', C.lt_cmul, d, d, d)
  local sums = like(x)
  run('match', C.lt_sum, sums, d, 2)
  run('match', C.lt_cmul_s, r, sums:view(n, m), v)
  return r
end

op('match', 'custom', {
  doc = 'a number times the squared distance of every row of y to every row of z',
  usage = '([res,] y, z [, v=1])',
  method = function(self, x, y, v)
    if not is_tensor(self) then bad('match', 1, 'a tensor', self) end
    return match(self, x, y, v)
  end,
  func = function(a, b, c, d)
    if is_tensor(c) then return ops.methods.match(a, b, c, d) end
    if not is_tensor(a) then bad('torch.match', 1, 'a matrix', a) end
    return match(like(a), a, b, c)
  end,
})
