-- Making tensors: the constructor's forms, resize, set, new, and the type names.

local ffi = require 'ffi'
local class = require 'torch.class'
local F = require 'torch.ffi'
local element = require 'torch.element'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'
require 'torch.storage'

local C, check, check_as, retry, raise, bad, is_tensor, is_storage =
  F.C, F.check, F.check_as, F.retry, F.raise, F.bad_argument, F.is_tensor, F.is_storage
local op, integer = ops.op, sizes.integer
local type, select, tonumber = type, select, tonumber
local LONG = F.dtype.Long

local construct = {}

--- Gives t the n sizes in F.sizes, for function `name`.
local function resize(name, t, n, strides)
  local rc = C.lt_resize(t, n, F.sizes, strides)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_resize(t, n, F.sizes, strides) end
    check_as(name, rc)
  end
  return t
end
construct.resize = resize

local function name_of(t) return F.dtype_name[t.dtype] .. 'Tensor' end

-- Reads a second LongStorage, of strides for n sizes, into F.strides.
local function strides_of(name, n, s)
  if s == nil then return nil end
  if not sizes.is_list(s) then bad(name, 2, 'a LongStorage of strides', s) end
  local m = sizes.from_storage(name, s, F.strides)
  if m ~= n then raise('%s: %d strides for %d sizes', name, m, n) end
  return F.strides
end

-- Sizes (and strides) from numbers or LongStorages.
local function read_shape(name, first, ...)
  local n = sizes.read(name, first, ...)
  local a, b = ...
  return n, sizes.is_list(a) and strides_of(name, n, b) or nil
end

-- t becomes a view of storage s, which grows where it is too short for the sizes in F.sizes.
local function view_storage(t, name, s, offset, n, strides)
  local rc = C.lt_set_storage(t, s.ptr, offset, n, F.sizes, strides)
  if rc ~= 0 and retry(rc) then rc = C.lt_set_storage(t, s.ptr, offset, n, F.sizes, strides) end
  check_as(name, rc)
  return t
end

-- t becomes a view of storage s: (s [, offset [, sizes [, strides]]]) or (s, offset, size,
-- stride, ...).
local function set_storage(t, name, s, offset, a, b, ...)
  if offset == nil then
    F.sizes[0] = s.ptr.size
    return view_storage(t, name, s, 0, 1, nil)
  end
  offset = integer(name, 2, offset) - 1
  local n, strides
  if a == nil then
    n = 0
  elseif is_storage(a) then
    n, strides = read_shape(name, 3, a, b)
  else
    local extra = select('#', ...)
    n, strides = 0, F.strides
    for i = 1, extra + 2, 2 do
      local size, stride
      if i == 1 then size, stride = a, b else size, stride = select(i - 2, ...) end
      if n >= C.LT_MAXDIM then raise('%s: at most %d dimensions', name, C.LT_MAXDIM) end
      F.sizes[n] = integer(name, i + 2, size)
      F.strides[n] = stride == nil and -1 or integer(name, i + 3, stride)
      n = n + 1
    end
  end
  return view_storage(t, name, s, offset, n, strides)
end

-- Shape of a nested table in F.sizes; every sub-table must have the size of its siblings.
local function table_shape(name, values)
  local n, level = 0, values
  while type(level) == 'table' do
    if n >= C.LT_MAXDIM then raise('%s: tables nested deeper than %d', name, C.LT_MAXDIM) end
    F.sizes[n] = #level
    n, level = n + 1, level[1]
  end
  return n
end

local function fill_from_table(t, name, values, depth, at)
  local n = tonumber(t.sizes[depth])
  if type(values) ~= 'table' or #values ~= n then
    raise('%s: expected a table of %d elements at depth %d, got %s', name, n, depth + 1,
      type(values) == 'table' and #values .. ' elements' or F.describe(values))
  end
  if depth < t.ndim - 1 then
    for i = 1, n do at = fill_from_table(t, name, values[i], depth + 1, at) end
    return at
  end
  local write, data = element.put[t.dtype], t.mem.data
  for i = 1, n do
    local v = values[i]
    if type(v) ~= 'number' then
      raise('%s: expected a number in the table, got %s', name, F.describe(v))
    end
    write(data, at, v)
    at = at + 1
  end
  return at
end

local function from_table(t, values)
  local name = name_of(t)
  local n = table_shape(name, values)
  if n > 0 and F.sizes[0] > 0 then
    resize(name, t, n, nil)
    if t.ndim > 0 then fill_from_table(t, name, values, 0, 0) end
  end
  return t
end

local function share(t, other, name)
  if other.dtype ~= t.dtype or (other.device == 0) ~= (t.device == 0) then
    raise('%s: expected a %s, got %s', name, name_of(t), F.describe(other))
  end
  check(C.lt_set(t, other))
  return t
end

--- Gives the empty handle t what the constructor's arguments say.
function construct.init(t, ...)
  if select('#', ...) == 0 then return t end
  local a = ...
  if type(a) == 'number' then
    local name = name_of(t)
    return resize(name, t, sizes.read(name, 1, ...), nil)
  end
  if is_storage(a) then
    local is_shape = a.ptr.dtype == LONG and a.ptr.device == 0
    if is_shape and not (t.dtype == LONG and t.device == 0) then
      local name = name_of(t)
      local n, strides = read_shape(name, 1, ...)
      return resize(name, t, n, strides)
    end
    return set_storage(t, name_of(t), ...)
  end
  if is_tensor(a) then return share(t, a, name_of(t)) end
  if type(a) == 'table' then
    if t.device == 0 then return from_table(t, a) end
    local host = from_table(F.tensor(t.dtype), a)
    check(C.lt_resize_as(t, host))
    check(C.lt_copy(t, host))
    return t
  end
  bad(name_of(t), 1, 'sizes, a storage, a tensor or a table', a)
end

op('resize', 'custom', {doc = 'changes the sizes; the memory only ever grows',
  usage = '(x, sizes...); (x, LongStorage sizes [, LongStorage strides])',
  method = function(self, ...)
    if not is_tensor(self) then bad('resize', 1, 'a tensor', self) end
    local n, strides = read_shape('resize', 2, ...)
    return resize('resize', self, n, strides)
  end})

op('resizeAs', 'custom', {doc = 'changes the sizes to those of another tensor', usage = '(x, like)',
  method = function(self, other)
    if not is_tensor(self) then bad('resizeAs', 1, 'a tensor', self) end
    if not is_tensor(other) then bad('resizeAs', 2, 'a tensor', other) end
    local rc = C.lt_resize_as(self, other)
    if rc ~= 0 then
      if retry(rc) then rc = C.lt_resize_as(self, other) end
      check(rc)
    end
    return self
  end})

op('set', 'custom', {
  doc = 'makes the tensor a view of a storage or of another tensor; () empties it',
  usage = '(x); (x, tensor); (x, storage [, offset, sizes... ])',
  method = function(self, a, ...)
    if not is_tensor(self) then bad('set', 1, 'a tensor', self) end
    if a == nil then
      C.lt_tensor_release(self)
      return self
    end
    if is_tensor(a) then return share(self, a, 'set') end
    if not is_storage(a) then bad('set', 2, 'a tensor or a storage', a) end
    return set_storage(self, 'set', a, ...)
  end})

-- Filled tensors ---------------------------------------------------------------------------------

local types = {}
construct.types = types -- class name -> {dtype =, device = function() -> device number}

--- A new handle of the default tensor type, construct.default, or of another value of types.
function construct.new(spec)
  spec = spec or construct.default
  return F.tensor(spec.dtype, spec.device())
end

--- Takes a trailing type name off the arguments of a torch function that creates a tensor: returns
-- a new handle of that type (or the default one) and the number of arguments that remain.
function construct.typed(name, ...)
  local n = select('#', ...)
  local last = n > 0 and select(n, ...)
  if type(last) ~= 'string' then return construct.new(), n end
  local spec = types[last]
  if not spec then raise('%s: unknown tensor type %s', name, last) end
  return construct.new(spec), n - 1
end

local function filled(name, v)
  local function fill(t, first, ...)
    if select('#', ...) == 0 then bad(name, first, 'sizes', nil) end
    resize(name, t, sizes.read(name, first, ...), nil)
    check(C.lt_fill(t, v))
    return t
  end
  op(name, 'custom', {doc = 'a tensor of the given sizes filled with ' .. v,
    usage = "([res,] sizes... [, 'torch.XTensor'])",
    method = function(self, ...)
      if not is_tensor(self) then bad(name, 1, 'a tensor', self) end
      return fill(self, 2, ...)
    end,
    func = function(a, ...)
      if is_tensor(a) then return fill(a, 2, ...) end
      local t, n = construct.typed('torch.' .. name, a, ...)
      if n < select('#', a, ...) then
        local args = {a, ...}
        return fill(t, 1, unpack(args, 1, n))
      end
      return fill(t, 1, a, ...)
    end})
end
filled('zeros', 0)
filled('ones', 1)

op('fill', 'custom', {doc = 'sets every element to a number', usage = '(x, v)',
  method = function(self, v)
    if not is_tensor(self) then bad('fill', 1, 'a tensor', self) end
    if type(v) ~= 'number' then bad('fill', 2, 'a number', v) end
    check(C.lt_fill(self, v))
    return self
  end})
op('zero', 'custom', {doc = 'sets every element to 0', usage = '(x)', method = function(self)
  if not is_tensor(self) then bad('zero', 1, 'a tensor', self) end
  check(C.lt_fill(self, 0))
  return self
end})
ops.functions.fill, ops.functions.zero = ops.methods.fill, ops.methods.zero

op('storage', 'custom', {doc = 'the storage behind the tensor, nil when it has none', usage = '(x)',
  method = function(self)
    if not is_tensor(self) then bad('storage', 1, 'a tensor', self) end
    if self.mem == nil then return nil end
    C.lt_storage_retain(self.mem)
    return F.storage(self.mem)
  end})
op('storageOffset', 'custom', {doc = 'position in the storage of the first element, from 1',
  usage = '(x)', method = function(self)
    if not is_tensor(self) then bad('storageOffset', 1, 'a tensor', self) end
    return tonumber(self.offset) + 1
  end})
op('elementSize', 'custom', {doc = 'bytes of one element', usage = '(x)', method = function(self)
  if not is_tensor(self) then bad('elementSize', 1, 'a tensor', self) end
  return tonumber(C.lt_dtype_size(self.dtype))
end})
op('isTensor', 'custom', {doc = 'whether a value is a tensor: torch.Tensor.isTensor(value)',
  usage = '(value)', method = class.isTensor, func = class.isTensor})
op('data', 'custom', {doc = 'FFI pointer to the first element; valid until the tensor is resized',
  usage = '(x, [asnumber])', method = function(self, as_number)
    if not is_tensor(self) then bad('data', 1, 'a tensor', self) end
    if self.mem == nil then return nil end
    local first = ffi.cast(element.pointer[self.dtype], self.mem.data) + self.offset
    return element.pointer_or_address(first, as_number)
  end})
op('cdata', 'custom', {doc = 'FFI pointer to the C struct', usage = '(x, [asnumber])',
  method = function(self, as_number)
    if not is_tensor(self) then bad('cdata', 1, 'a tensor', self) end
    return element.pointer_or_address(ffi.cast('lt_tensor *', self), as_number)
  end})

return construct
