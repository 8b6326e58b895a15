-- Elements of tds: Lua values on their way into the C structures and back.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local lib = require 'threads.lib'
local torch = require 'torch'

local C = lib.C
local elem = {}

local NIL, BOOLEAN, NUMBER, TEXT, PACKED, STORAGE, SHARED = C.LTT_NIL, C.LTT_BOOLEAN, C.LTT_NUMBER,
  C.LTT_TEXT, C.LTT_PACKED, C.LTT_STORAGE, C.LTT_SHARED

--- A place for an element.
elem.new = ffi.typeof('ltt_value')

--- Makes the Vec or Hash of a Lua table; set by tds/init.lua.
elem.of_table = nil

-- A value that only Torch's serialization can store.
local function pack(e, value, name)
  local ok, bytes = pcall(torch.serialize, value)
  if not ok then
    F.raise('%s: %s cannot be an element: %s', name, F.describe(value), tostring(bytes))
  end
  e.type, e.text, e.size = PACKED, bytes, #bytes
  return nil, bytes
end

-- Whether a cdata is an object of Torch or tds, which is then in the place, and as elem.fill.
local function fill_object(e, value)
  if F.is_tensor(value) then
    F.check(C.ltt_tensor_new(lib.object, value))
    e.type, e.object = SHARED, lib.object[0]
    return true, lib.object[0]
  elseif F.is_storage(value) then
    e.type, e.storage = STORAGE, value.ptr
    return true
  elseif lib.kind(value) then
    e.type, e.object = SHARED, value.ptr
    return true
  end
  return false
end

local function fill_cdata(e, value, name)
  local filled, object = fill_object(e, value)
  if filled then return object end
  return pack(e, value, name)
end

--- Puts a value into a place, for messages of `name`. Returns an object to release when the place
-- was used, and a value to keep until then.
function elem.fill(e, value, name)
  local kind = type(value)
  if kind == 'number' then
    e.type, e.number = NUMBER, value
  elseif kind == 'string' then
    e.type, e.text, e.size = TEXT, value, #value
  elseif kind == 'boolean' then
    e.type, e.number = BOOLEAN, value and 1 or 0
  elseif kind == 'nil' then
    e.type = NIL
  elseif kind == 'cdata' then
    return fill_cdata(e, value, name)
  elseif kind == 'table' and not getmetatable(value) then
    local made = elem.of_table(value)
    e.type, e.object = SHARED, made.ptr
    return nil, made
  else
    return pack(e, value, name)
  end
end

--- Puts a key into a place; raises for functions, tables and the like. Returns as elem.fill.
function elem.fill_key(e, key)
  local kind = type(key)
  if kind == 'cdata' then
    local filled, object = fill_object(e, key)
    if filled then return object end
  end
  if kind == 'string' then
    e.type, e.text, e.size = TEXT, key, #key
  elseif kind == 'number' then
    if key ~= key then F.raise('tds.Hash: the key is NaN') end
    e.type, e.number = NUMBER, key
  elseif kind == 'boolean' then
    e.type, e.number = BOOLEAN, key and 1 or 0
  else
    F.raise('tds.Hash: a string, number, boolean, tensor, storage or object of tds expected as '
      .. 'key, got %s', class.type(key))
  end
end

local function tensor_of(object)
  local view = C.ltt_tensor_view(object)
  local t = F.tensor(view.dtype, view.device)
  local rc = F.C.lt_set(t, view)
  C.ltt_release(object)
  F.check(rc)
  return t
end

--- The value in a place that C filled. Takes over the references that it holds.
function elem.read(e)
  local kind, object = e.type, e.object
  if kind == NUMBER then return e.number end
  if kind == NIL then return nil end
  if kind == BOOLEAN then return e.number ~= 0 end
  if kind == TEXT or kind == PACKED then
    local text = ffi.string(e.text, e.size)
    C.ltt_release(object)
    return kind == TEXT and text or kind == PACKED and torch.deserialize(text)
  end
  if kind == STORAGE then return F.storage(e.storage) end
  local of_object = C.ltt_kind(object)
  if of_object == C.LTT_TENSOR then return tensor_of(object) end
  return lib.handle(of_object, object)
end

--- "name[3]{", a line for each of the first 20 entries that `entries` (an iterator of keys and
-- values) gives, "}".
function elem.text(name, n, entries)
  local lines = {('%s[%d]{'):format(name, n)}
  local count = 0
  for key, value in entries do
    count = count + 1
    if count > 20 then
      lines[#lines + 1] = '...'
      break
    end
    local head = ('%5s : '):format(tostring(key))
    local text = tostring(value):gsub('\n', '\n' .. (' '):rep(#head))
    lines[#lines + 1] = head .. text
  end
  lines[#lines + 1] = '}'
  return table.concat(lines, '\n')
end

return elem
