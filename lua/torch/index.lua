-- t[key] and t[key] = value: an integer, {ranges}, a LongStorage of coordinates, a mask. A range is
-- {first, last} or, as an addition to Torch7, {first, last, step}.

local F = require 'torch.ffi'
local element = require 'torch.element'

local C, check, check_as, raise, is_tensor, is_storage, describe =
  F.C, F.check, F.check_as, F.raise, F.is_tensor, F.is_storage, F.describe
local get, put = element.get, element.put
local type, tonumber = type, tonumber
local D = F.dtype

local index = {}

local function trunc(v)
  return v >= 0 and v - v % 1 or v + (-v) % 1
end

-- The 0-based position of a 1-based index into dimension d of t; negative counts from the end.
local function position(t, d, key)
  local n = tonumber(t.sizes[d])
  local i = trunc(key)
  if i < 0 then i = n + i + 1 end
  if not (i >= 1 and i <= n) then
    raise('index %s out of range 1 to %d in dimension %d of %s', key, n, d + 1, describe(t))
  end
  return i - 1
end


--- t[i]: an element of a vector, otherwise a view of the i-th slice.
function index.number(t, i)
  if t.ndim == 1 and t.device == 0 then
    local n, at = tonumber(t.sizes[0]), i
    if not (at >= 1 and at <= n and at % 1 == 0) then at = position(t, 0, i) + 1 end
    return get[t.dtype](t.mem.data, tonumber(t.offset) + (at - 1) * tonumber(t.strides[0]))
  end
  if t.ndim == 0 then raise('cannot index an empty tensor') end
  if t.ndim == 1 then
    check(C.lt_get(F.out, t, t.offset + position(t, 0, i) * t.strides[0]))
    return F.out[0]
  end
  local r = F.like(t)
  check(C.lt_select(r, t, 0, position(t, 0, i)))
  return r
end

-- Leaves every step-th slice of dimension d of view r, from the first on.
local function thin(r, d, step)
  if type(step) ~= 'number' or not (step >= 1 and step < 2 ^ 53) then
    raise('index %d: expected a step of 1 or more, got %s', d + 1,
      type(step) == 'number' and step or describe(step))
  end
  step = math.min(trunc(step), tonumber(r.sizes[d]))
  for k = 0, r.ndim - 1 do F.sizes[k], F.strides[k] = r.sizes[k], r.strides[k] end
  F.sizes[d] = trunc((tonumber(r.sizes[d]) - 1) / step) + 1
  F.strides[d] = r.strides[d] * step
  check(C.lt_set_storage(r, r.mem, r.offset, r.ndim, F.sizes, F.strides))
end

-- Narrows (or selects, when `key` is a number) dimension d of view r in place. Returns whether the
-- dimension stays.
local function restrict(r, d, key)
  if type(key) == 'string' then key = tonumber(key) or key end
  if type(key) == 'number' then
    check(C.lt_narrow(r, r, d, position(r, d, key), 1))
    return false
  end
  if type(key) ~= 'table' then
    raise('index %d: expected a number or a table, got %s', d + 1, describe(key))
  end
  local first, last = key[1], key[2]
  if first == nil then return true end
  if last == nil then last = first end
  if type(first) ~= 'number' or type(last) ~= 'number' then
    raise('index %d: expected {first, last}, got {%s, %s}', d + 1, tostring(first), tostring(last))
  end
  local from, to = position(r, d, first), position(r, d, last)
  if to < from then
    raise('index %d: the range {%s, %s} is empty', d + 1, first, last)
  end
  check(C.lt_narrow(r, r, d, from, to - from + 1))
  if key[3] ~= nil then thin(r, d, key[3]) end
  return true
end

-- The view t[{...}] and the offset of its only element when every dimension is selected.
local function view_of(t, keys)
  local n = #keys
  if n > t.ndim then
    raise('index: %d indices for %s', n, describe(t))
  end
  local r = F.like(t)
  check(C.lt_set(r, t))
  local all_selected = n == t.ndim and n > 0
  local selected = {}
  for d = 0, n - 1 do
    local stays = restrict(r, d, keys[d + 1])
    all_selected = all_selected and not stays
    selected[d] = not stays
  end
  if all_selected then return nil, tonumber(r.offset) end
  for d = n - 1, 0, -1 do
    if selected[d] and r.ndim > 1 then check(C.lt_select(r, r, d, 0)) end
  end
  return r
end

local function offset_of(t, coordinates)
  local n = tonumber(coordinates.ptr.size)
  if n ~= t.ndim then raise('index: %d coordinates for %s', n, describe(t)) end
  local offset = tonumber(t.offset)
  for d = 0, n - 1 do
    local i = get[D.Long](coordinates.ptr.data, d)
    offset = offset + position(t, d, i) * tonumber(t.strides[d])
  end
  return offset
end

local function need_long(key)
  if key.ptr.dtype ~= D.Long or key.ptr.device ~= 0 then
    raise('index: expected a LongStorage as index, got %s', describe(key))
  end
end

local function need_mask(key)
  if key.dtype ~= D.Byte and key.device == 0 then
    raise('index: expected a ByteTensor as mask, got %s', describe(key))
  end
end

local function read(t, offset)
  check(C.lt_get(F.out, t, offset))
  return F.out[0]
end

local function as_number(key)
  return type(key) == 'string' and tonumber(key) or nil
end

--- t[key] for a key that is not a number and not the name of a method. The second result is false
-- where the key means nothing (t.unknown is nil).
function index.get(t, key)
  if type(key) == 'table' then
    local view, offset = view_of(t, key)
    if view then return view end
    return read(t, offset)
  elseif is_storage(key) then
    need_long(key)
    return read(t, offset_of(t, key))
  elseif is_tensor(key) then
    need_mask(key)
    return t:maskedSelect(key)
  end
  local number = as_number(key)
  if number then return index.number(t, number) end
  return nil
end

-- view = value, a number or a tensor.
local function assign(view, value)
  if type(value) == 'number' then
    check_as('index', C.lt_fill(view, value))
  elseif is_tensor(value) then
    local rc = C.lt_copy(view, value)
    if rc ~= 0 and F.retry(rc) then rc = C.lt_copy(view, value) end
    check_as('index', rc)
  else
    raise('index: expected a number or a tensor to assign, got %s', describe(value))
  end
end

local function write(t, offset, value)
  if is_tensor(value) and C.lt_numel(value) == 1 then
    check(C.lt_get(F.out, value, value.offset))
    value = F.out[0]
  end
  if type(value) ~= 'number' then
    raise('index: expected a number to assign to an element, got %s', describe(value))
  end
  check(C.lt_put(t, offset, value))
end

--- t[i] = value
function index.set_number(t, i, value)
  if t.ndim == 1 and type(value) == 'number' and t.device == 0 then
    local at = position(t, 0, i)
    put[t.dtype](t.mem.data, tonumber(t.offset) + at * tonumber(t.strides[0]), value)
    t.version = t.version + 1
    return
  end
  if t.ndim == 0 then raise('cannot index an empty tensor') end
  local at = position(t, 0, i)
  if t.ndim == 1 then return write(t, t.offset + at * t.strides[0], value) end
  local r = F.like(t)
  check(C.lt_select(r, t, 0, at))
  assign(r, value)
end

--- t[key] = value for any key.
function index.set(t, key, value)
  if type(key) == 'table' then
    local view, offset = view_of(t, key)
    if view then return assign(view, value) end
    return write(t, offset, value)
  elseif is_storage(key) then
    need_long(key)
    return write(t, offset_of(t, key), value)
  elseif is_tensor(key) then
    need_mask(key)
    if type(value) == 'number' then
      t:maskedFill(key, value)
    elseif is_tensor(value) then
      t:maskedCopy(key, value)
    else
      raise('index: expected a number or a tensor to assign, got %s', describe(value))
    end
    return
  end
  local number = as_number(key)
  if number then return index.set_number(t, number, value) end
  raise('cannot assign to field %s of a tensor', tostring(key))
end

return index
