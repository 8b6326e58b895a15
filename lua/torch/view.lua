-- Views and sizes: methods that make or describe a view without touching elements.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'
local storage = require 'torch.storage'

local C, check, check_as, raise, bad, like, is_tensor =
  F.C, F.check, F.check_as, F.raise, F.bad_argument, F.like, F.is_tensor
local op, read_sizes, dim_of, integer = ops.op, sizes.read, sizes.dim, sizes.integer
local tonumber, type = tonumber, type

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

-- A view operation f(r, x, ...): x:name(...), r:name(x, ...) and torch.name([r,] x, ...).
local function view_op(name, row, f)
  function row.method(self, a, ...)
    need_tensor(name, 1, self)
    if is_tensor(a) then return f(self, a, ...) end
    return f(like(self), self, a, ...)
  end
  function row.func(a, b, ...)
    need_tensor('torch.' .. name, 1, a)
    if is_tensor(b) then return f(a, b, ...) end
    return f(like(a), a, b, ...)
  end
  op(name, 'custom', row)
end

view_op('narrow', {doc = 'the part of size elements from first in dimension dim',
  usage = '(x, dim, first, size)'}, function(r, x, dim, first, size)
  check(C.lt_narrow(r, x, dim_of('narrow', 2, dim), integer('narrow', 3, first) - 1,
    integer('narrow', 4, size)))
  return r
end)

op('select', 'custom', {doc = 'the slice at an index of dimension dim, a number for a vector',
  usage = '(x, dim, index)',
  method = function(self, dim, i)
    need_tensor('select', 1, self)
    local d = dim_of('select', 2, dim)
    local at = integer('select', 3, i) - 1
    local r = like(self)
    if self.ndim == 1 then -- whatever the dimension, as in Torch7
      check_as('select', C.lt_narrow(r, self, 0, at, 1))
      check(C.lt_get(F.out, r, r.offset))
      return F.out[0]
    end
    check(C.lt_select(r, self, d, at))
    return r
  end})
ops.functions.select = ops.methods.select

op('sub', 'custom', {
  doc = 'the part between the given first and last indices; negative from the end',
  usage = '(x, first1, last1 [, first2, last2 ...])',
  method = function(self, ...)
    need_tensor('sub', 1, self)
    local n = select('#', ...)
    if n == 0 or n % 2 == 1 or n > 2 * self.ndim then
      raise('sub: expected first and last index for up to %d dimensions, got %d numbers',
        self.ndim, n)
    end
    local r = like(self)
    check(C.lt_set(r, self))
    for d = 0, n / 2 - 1 do
      local first, last = select(2 * d + 1, ...)
      first, last = integer('sub', 2 * d + 2, first), integer('sub', 2 * d + 3, last)
      local size = tonumber(self.sizes[d])
      if first < 0 then first = size + first + 1 end
      if last < 0 then last = size + last + 1 end
      check_as('sub', C.lt_narrow(r, r, d, first - 1, last - first + 1))
    end
    return r
  end})

local function transposed(r, x, dim1, dim2)
  check(C.lt_transpose(r, x, dim_of('transpose', 2, dim1), dim_of('transpose', 3, dim2)))
  return r
end
view_op('transpose', {doc = 'two dimensions exchanged', usage = '(x, dim1, dim2)'}, transposed)

view_op('t', {doc = 'a matrix transposed', usage = '(x)'}, function(r, x)
  if x.ndim ~= 2 then raise('t: expected a matrix, got %s', F.describe(x)) end
  return transposed(r, x, 1, 2)
end)

view_op('permute', {doc = 'dimensions in the given order', usage = '(x, dim1, ..., dimN)'},
  function(r, x, ...)
    local n = read_sizes('permute', 2, ...)
    for d = 0, n - 1 do F.sizes[d] = F.sizes[d] - 1 end
    check(C.lt_permute(r, x, n, F.sizes))
    return r
  end)

view_op('unfold', {doc = 'all slices of a size along dim, step apart, in a new last dimension',
  usage = '(x, dim, size, step)'}, function(r, x, dim, size, step)
  check(C.lt_unfold(r, x, dim_of('unfold', 2, dim), integer('unfold', 3, size),
    integer('unfold', 4, step)))
  return r
end)

view_op('squeeze', {doc = 'without dimensions of size 1, or without dimension dim if it has size 1',
  usage = '([res,] x [, dim])'}, function(r, x, dim)
  local to_number = dim == nil or x.ndim == 1
  check(C.lt_squeeze(r, x, dim == nil and -1 or dim_of('squeeze', 2, dim)))
  if to_number and r.ndim == 1 and r.sizes[0] == 1 then
    check(C.lt_get(F.out, r, r.offset))
    return F.out[0]
  end
  return r
end)

view_op('expand', {doc = 'dimensions of size 1 repeated without copying',
  usage = '([res,] x, sizes...)'}, function(r, x, ...)
  check(C.lt_expand(r, x, read_sizes('expand', 2, ...), F.sizes))
  return r
end)

view_op('view', {doc = 'the same elements with other sizes; one may be -1',
  usage = '([res,] x, sizes...)'}, function(r, x, ...)
  check(C.lt_view(r, x, read_sizes('view', 2, ...), F.sizes))
  return r
end)

-- viewAs(x, like) and expandAs(x, like), also with a result in front
for name, cname in pairs {viewAs = 'lt_view', expandAs = 'lt_expand'} do
  local function as(r, x, template)
    need_tensor(name, 1, x)
    need_tensor(name, 2, template)
    check(C[cname](r, x, template.ndim, template.sizes))
    return r
  end
  op(name, 'custom', {doc = 'like ' .. name:sub(1, -3) .. ' with the sizes of another tensor',
    usage = '([res,] x, template)',
    method = function(self, a, b)
      need_tensor(name, 1, self)
      if b ~= nil then return as(self, a, b) end
      return as(like(self), self, a)
    end})
  ops.functions[name] = ops.methods[name]
end

-- Sizes ------------------------------------------------------------------------------------------

local LONG = F.dtype.Long
local int64_p = ffi.typeof('int64_t *')

local function list(values, n)
  local s = storage.allocate(LONG, n)
  local data = ffi.cast(int64_p, s.ptr.data)
  for d = 0, n - 1 do data[d] = values[d] end
  return s
end

local function one_of(name, x, field, dim)
  need_tensor(name, 1, x)
  if dim == nil then return list(x[field], x.ndim) end
  if type(dim) ~= 'number' or not (dim >= 1 and dim < x.ndim + 1) then
    raise('%s: dimension %s out of range 1 to %d of %s', name, tostring(dim), x.ndim, F.describe(x))
  end
  return tonumber(x[field][dim - 1])
end

op('size', 'custom', {doc = 'sizes as a LongStorage, or the size of one dimension',
  usage = '(x [, dim])',
  method = function(self, dim) return one_of('size', self, 'sizes', dim) end})
op('stride', 'custom', {doc = 'strides as a LongStorage, or the stride of one dimension',
  usage = '(x [, dim])',
  method = function(self, dim) return one_of('stride', self, 'strides', dim) end})
op('dim', 'custom', {doc = 'number of dimensions', usage = '(x)', method = function(self)
  need_tensor('dim', 1, self)
  return self.ndim
end})
ops.alias('nDimension', 'dim')
op('nElement', 'custom', {doc = 'number of elements', usage = '(x)', method = function(self)
  need_tensor('nElement', 1, self)
  return tonumber(C.lt_numel(self))
end})
ops.alias('numel', 'nElement')
ops.functions.numel = ops.methods.nElement
op('isContiguous', 'custom', {doc = 'whether elements lie in order without gaps', usage = '(x)',
  method = function(self)
    need_tensor('isContiguous', 1, self)
    return C.lt_is_contiguous(self) ~= 0
  end})
op('isSameSizeAs', 'custom', {doc = 'whether two tensors have the same sizes', usage = '(x, y)',
  method = function(self, other)
    need_tensor('isSameSizeAs', 1, self)
    need_tensor('isSameSizeAs', 2, other)
    return C.lt_is_same_size(self, other) ~= 0
  end})
op('isSetTo', 'custom', {doc = 'whether two tensors are the same view of one storage',
  usage = '(x, y)', method = function(self, other)
    need_tensor('isSetTo', 1, self)
    need_tensor('isSetTo', 2, other)
    return C.lt_is_set_to(self, other) ~= 0
  end})
op('isSize', 'custom', {doc = 'whether the sizes equal those in a LongStorage',
  usage = '(x, LongStorage)', method = function(self, s)
    need_tensor('isSize', 1, self)
    if not sizes.is_list(s) then bad('isSize', 2, 'a LongStorage', s) end
    local n = sizes.from_storage('isSize', s)
    if n ~= self.ndim then return false end
    for d = 0, n - 1 do
      if self.sizes[d] ~= F.sizes[d] then return false end
    end
    return true
  end})
