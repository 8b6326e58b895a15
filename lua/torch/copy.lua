-- Copies, conversion between types, and loops over elements in Lua.

local F = require 'torch.ffi'
local construct = require 'torch.construct'
local element = require 'torch.element'
local ops = require 'torch.ops'

local C, check, check_as, retry, raise, bad, like, is_tensor =
  F.C, F.check, F.check_as, F.retry, F.raise, F.bad_argument, F.like, F.is_tensor
local op = ops.op
local tonumber, type = tonumber, type
local get, put = element.get, element.put

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

local function copy(name, r, x)
  local rc = C.lt_copy(r, x)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_copy(r, x) end
    check_as(name, rc)
  end
  return r
end

local function clone(x)
  local r = like(x)
  local rc = C.lt_clone(r, x)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_clone(r, x) end
    check(rc)
  end
  return r
end

op('copy', 'custom', {doc = 'copies the elements of a tensor of any type and equal element count',
  usage = '(x, y)', method = function(self, x)
    need_tensor('copy', 1, self)
    need_tensor('copy', 2, x)
    return copy('copy', self, x)
  end})
op('clone', 'custom', {doc = 'a contiguous copy with its own storage', usage = '(x)',
  method = function(self)
    need_tensor('clone', 1, self)
    return clone(self)
  end})
op('contiguous', 'custom', {doc = 'the tensor itself if contiguous, otherwise a contiguous copy',
  usage = '(x)', method = function(self)
    need_tensor('contiguous', 1, self)
    if C.lt_is_contiguous(self) ~= 0 then return self end
    return clone(self)
  end})

-- Conversion -------------------------------------------------------------------------------------

local function convert(x, dtype, device)
  if x.dtype == dtype and x.device == device then return x end
  local r = F.tensor(dtype, device)
  local rc = C.lt_resize_as(r, x)
  if rc ~= 0 and retry(rc) then rc = C.lt_resize_as(r, x) end
  check(rc)
  return copy('type', r, x)
end

op('type', 'custom', {
  doc = 'the type name, or the tensor converted to a type (itself if it has it)',
  usage = '(x [, type name])',
  method = function(self, name)
    need_tensor('type', 1, self)
    if name == nil then
      return F.classes[self.device == 0 and 0 or 1][self.dtype].__typename
    end
    local spec = construct.types[name]
    if not spec then raise('type: unknown tensor type %s', tostring(name)) end
    return convert(self, spec.dtype, spec.device())
  end})
op('typeAs', 'custom', {doc = 'converted to the type of another tensor', usage = '(x, y)',
  method = function(self, other)
    need_tensor('typeAs', 1, self)
    need_tensor('typeAs', 2, other)
    return convert(self, other.dtype, other.device)
  end})
for name, dtype in pairs(F.dtype) do
  op(name:lower(), 'custom', {doc = 'converted to ' .. name .. 'Tensor', usage = '(x)',
    method = function(self)
      need_tensor(name:lower(), 1, self)
      return convert(self, dtype, 0)
    end})
end
op('real', 'custom', {doc = 'converted to the default tensor type', usage = '(x)',
  method = function(self)
    need_tensor('real', 1, self)
    return convert(self, construct.default, 0)
  end})

-- Loops over elements ----------------------------------------------------------------------------

-- A CPU tensor that can be walked by one index: x itself or a contiguous copy.
local function flat(x)
  if C.lt_is_contiguous(x) ~= 0 and x.device == 0 then return x end
  if x.device ~= 0 then return clone(convert(x, x.dtype, 0)) end
  return clone(x)
end

-- y, or a copy where it is another view of x's memory, which the loop writes to.
local function apart(x, y)
  if y.mem == x.mem and C.lt_is_set_to(x, y) == 0 then return clone(y) end
  return y
end

local function need_function(name, n, f)
  if type(f) ~= 'function' then bad(name, n, 'a function', f) end
end

-- The storage of x. It keeps the memory while a function that may change x runs; the memory may
-- move, so that its address is read for every element.
local function hold(x)
  C.lt_storage_retain(x.mem)
  return F.storage(x.mem)
end

-- Writes the result of f for element i, a number, or nil, by which the element stays. True when it
-- wrote.
local function store(name, write, held, i, v)
  if v == nil then return false end
  if type(v) ~= 'number' then
    raise('%s: the function must return a number or nil, got %s', name, F.describe(v))
  end
  write(held.ptr.data, i, v)
  return true
end

-- Ends a loop over x, which is self or a contiguous copy of it.
local function finish(name, self, x, changed)
  if not changed then return self end
  self.version = self.version + 1
  return x == self and self or copy(name, self, x)
end

local function same_count(name, x, y)
  need_tensor(name, 2, y)
  if C.lt_numel(x) ~= C.lt_numel(y) then
    raise('%s: sizes do not match: %s and %s', name, F.describe(x), F.describe(y))
  end
end

op('apply', 'custom', {doc = 'replaces every element by f(element), unless that is nil',
  usage = '(x, f)', method = function(self, f)
    need_tensor('apply', 1, self)
    need_function('apply', 2, f)
    if self.ndim == 0 then return self end
    local x = flat(self)
    local read, write = get[x.dtype], put[x.dtype]
    local held, first, changed = hold(x), tonumber(x.offset), false
    for i = first, first + tonumber(C.lt_numel(x)) - 1 do
      if store('apply', write, held, i, f(read(held.ptr.data, i))) then changed = true end
    end
    return finish('apply', self, x, changed)
  end})

op('map', 'custom', {doc = 'replaces every element by f(element, element of y), unless that is nil',
  usage = '(x, y, f)', method = function(self, y, f)
    need_tensor('map', 1, self)
    same_count('map', self, y)
    need_function('map', 3, f)
    if self.ndim == 0 then return self end
    local x = flat(self)
    local z = apart(x, flat(y))
    local read, write, read_y = get[x.dtype], put[x.dtype], get[z.dtype]
    local held, first, held_y, changed = hold(x), tonumber(x.offset), hold(z), false
    local shift = tonumber(z.offset) - first
    for i = first, first + tonumber(C.lt_numel(x)) - 1 do
      local v = f(read(held.ptr.data, i), read_y(held_y.ptr.data, i + shift))
      if store('map', write, held, i, v) then changed = true end
    end
    return finish('map', self, x, changed)
  end})

op('map2', 'custom', {doc = 'replaces every element by f(element, element of y, element of z)',
  usage = '(x, y, z, f)', method = function(self, y, z, f)
    need_tensor('map2', 1, self)
    same_count('map2', self, y)
    same_count('map2', self, z)
    need_function('map2', 4, f)
    if self.ndim == 0 then return self end
    local x = flat(self)
    local u, v = apart(x, flat(y)), apart(x, flat(z))
    local read, write = get[x.dtype], put[x.dtype]
    local read_u, read_v, held_u, held_v = get[u.dtype], get[v.dtype], hold(u), hold(v)
    local held, first, changed = hold(x), tonumber(x.offset), false
    local shift_u, shift_v = tonumber(u.offset) - first, tonumber(v.offset) - first
    for i = first, first + tonumber(C.lt_numel(x)) - 1 do
      local a = read_u(held_u.ptr.data, i + shift_u)
      local b = read_v(held_v.ptr.data, i + shift_v)
      if store('map2', write, held, i, f(read(held.ptr.data, i), a, b)) then changed = true end
    end
    return finish('map2', self, x, changed)
  end})

local function to_table(data, read, offset, sizes, strides, ndim, d)
  local out = {}
  for i = 0, tonumber(sizes[d]) - 1 do
    local at = offset + i * tonumber(strides[d])
    out[i + 1] = d == ndim - 1 and read(data, at)
      or to_table(data, read, at, sizes, strides, ndim, d + 1)
  end
  return out
end

for name, remark in pairs {totable = '', tolist = ', like totable (an addition to Torch7)'} do
  op(name, 'custom', {doc = 'the elements as nested Lua tables' .. remark, usage = '(x)',
    method = function(self)
      need_tensor(name, 1, self)
      if self.ndim == 0 then return {} end
      local x = convert(self, self.dtype, 0)
      return to_table(x.mem.data, get[x.dtype], tonumber(x.offset), x.sizes, x.strides, x.ndim, 0)
    end})
end
ops.functions.totable = function(x)
  if F.is_storage(x) then return x:totable() end
  return ops.methods.totable(x)
end

return {convert = convert, clone = clone, copy = copy}
