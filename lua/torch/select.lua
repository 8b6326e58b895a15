-- Selection by index tensors along a dimension: index, indexCopy, indexAdd, indexFill, gather,
-- scatter.

local F = require 'torch.ffi'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check_as, retry, bad, like, is_tensor =
  F.C, F.check_as, F.retry, F.bad_argument, F.like, F.is_tensor
local op, dim_of = ops.op, sizes.dim
local type = type

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

local function index(r, x, dim, i)
  local d = dim_of('index', 2, dim)
  need_tensor('index', 3, i)
  local rc = C.lt_index(r, x, d, i)
  if rc ~= 0 and retry(rc) then rc = C.lt_index(r, x, d, i) end
  check_as('index', rc)
end

op('index', 'custom', {doc = 'the slices along dim at the positions in a LongTensor',
  usage = '([res,] x, dim, index)',
  method = function(self, a, b, c)
    need_tensor('index', 1, self)
    if is_tensor(a) then
      index(self, a, b, c)
      return c -- Torch7 returns its last argument here
    end
    local r = like(self)
    index(r, self, a, b)
    return r
  end})

op('indexCopy', 'custom', {
  doc = 'copies the slices of y along dim to the positions in a LongTensor; returns y',
  usage = '(x, dim, index, y)',
  method = function(self, dim, i, y)
    need_tensor('indexCopy', 1, self)
    local d = dim_of('indexCopy', 2, dim)
    need_tensor('indexCopy', 3, i)
    need_tensor('indexCopy', 4, y)
    local rc = C.lt_index_copy(self, d, i, y)
    if rc ~= 0 and retry(rc) then rc = C.lt_index_copy(self, d, i, y) end
    check_as('indexCopy', rc)
    return y
  end})

op('indexAdd', 'custom', {
  doc = 'adds the slices of y along dim at the positions in a LongTensor; returns y',
  usage = '(x, dim, index, y)',
  method = function(self, dim, i, y)
    need_tensor('indexAdd', 1, self)
    local d = dim_of('indexAdd', 2, dim)
    need_tensor('indexAdd', 3, i)
    need_tensor('indexAdd', 4, y)
    local rc = C.lt_index_add(self, d, i, y)
    if rc ~= 0 and retry(rc) then rc = C.lt_index_add(self, d, i, y) end
    check_as('indexAdd', rc)
    return y
  end})

op('indexFill', 'custom', {
  doc = 'sets the slices along dim at the positions in a LongTensor to a number, which it returns',
  usage = '(x, dim, index, v)',
  method = function(self, dim, i, v)
    need_tensor('indexFill', 1, self)
    local d = dim_of('indexFill', 2, dim)
    need_tensor('indexFill', 3, i)
    if type(v) ~= 'number' then bad('indexFill', 4, 'a number', v) end
    local rc = C.lt_index_fill(self, d, i, v)
    if rc ~= 0 and retry(rc) then rc = C.lt_index_fill(self, d, i, v) end
    check_as('indexFill', rc)
    return v
  end})

local function gather_to(r, x, dim, i)
  local d = dim_of('gather', 2, dim)
  need_tensor('gather', 3, i)
  local rc = C.lt_gather(r, x, d, i)
  if rc ~= 0 and retry(rc) then rc = C.lt_gather(r, x, d, i) end
  check_as('gather', rc)
  return r
end

local function gather(a, b, c, d)
  need_tensor('gather', 1, a)
  if is_tensor(b) then return gather_to(a, b, c, d) end
  return gather_to(like(a), a, b, c)
end
op('gather', 'custom', {
  doc = 'picks one element of each line along dim for every element of an index tensor',
  usage = '([res,] x, dim, index)', method = gather, func = gather})

local function scatter(self, dim, i, x)
  need_tensor('scatter', 1, self)
  local d = dim_of('scatter', 2, dim)
  need_tensor('scatter', 3, i)
  if is_tensor(x) then
    local rc = C.lt_scatter(self, d, i, x)
    if rc ~= 0 and retry(rc) then rc = C.lt_scatter(self, d, i, x) end
    check_as('scatter', rc)
  elseif type(x) == 'number' then
    local rc = C.lt_scatter_fill(self, d, i, x)
    if rc ~= 0 and retry(rc) then rc = C.lt_scatter_fill(self, d, i, x) end
    check_as('scatter', rc)
  else
    bad('scatter', 4, 'a tensor or a number', x)
  end
  return self
end
op('scatter', 'custom', {
  doc = 'writes elements, or a number, to the positions along dim in an index tensor',
  usage = '(res, dim, index, x); (res, dim, index, v)', method = scatter, func = scatter})

local function scatter_add(self, dim, i, x)
  need_tensor('scatterAdd', 1, self)
  local d = dim_of('scatterAdd', 2, dim)
  need_tensor('scatterAdd', 3, i)
  need_tensor('scatterAdd', 4, x)
  local rc = C.lt_scatter_add(self, d, i, x)
  if rc ~= 0 and retry(rc) then rc = C.lt_scatter_add(self, d, i, x) end
  check_as('scatterAdd', rc)
  return self
end
op('scatterAdd', 'custom', {
  doc = 'adds elements to those at the positions along dim in an index tensor',
  usage = '(res, dim, index, x)', method = scatter_add, func = scatter_add})
