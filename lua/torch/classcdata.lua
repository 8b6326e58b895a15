-- cdata as objects of classes: torch.register_cdata, torch.metatype and torch.pushudata.

local ffi = require 'ffi'
local operators = require 'torch.classoperators'
local registry = require 'torch.classregistry'

local cdata = {}

local function bad(name, n, what, value)
  error(('torch.%s: expected %s as argument %d, got %s'):format(name, what, n,
    type(value) == 'string' and ('%q'):format(value) or registry.type(value)), 3)
end

-- The FFI type that an argument is or names, or nil.
local function type_of(ctype)
  if type(ctype) == 'cdata' then return tostring(ctype):find('^ctype<') and ctype end
  local ok, found = pcall(ffi.typeof, type(ctype) == 'string' and ctype)
  return ok and found
end

--- Lets cdata of `ctype` be objects of classes.
-- resolve(object) returns the class metatable of an object; address(object), optional, the address
-- of the C object behind it as a number, by which isequal and pointer identify it.
function cdata.register_cdata(ctype, resolve, address)
  local found = type_of(ctype)
  if not found then bad('register_cdata', 1, 'an FFI type', ctype) end
  if type(resolve) ~= 'function' then bad('register_cdata', 2, 'a function', resolve) end
  if address ~= nil and type(address) ~= 'function' then
    bad('register_cdata', 3, 'a function', address)
  end
  registry.add_cdata_kind(found, resolve, address)
end

--- Gives all values of an FFI struct type the methods and operators of a registered class.
-- destructor(object) runs when the collector frees such a value. One call for each ctype.
function cdata.metatype(name, ctype, destructor)
  local entry = registry.entry_of(name)
  if not entry then bad('metatype', 1, 'the name of a class', name) end
  local found = type_of(ctype)
  if not found then bad('metatype', 2, 'an FFI type', ctype) end
  if destructor ~= nil and type(destructor) ~= 'function' then
    bad('metatype', 3, 'a function', destructor)
  end
  local mt = entry.mt
  local meta = {__gc = destructor}
  for key, f in pairs(operators) do meta[key] = f end
  function meta.__index(object, key)
    local hook = mt.__index__
    if hook then
      local value, known = hook(object, key)
      if known then return value end
    end
    return mt[key]
  end
  function meta.__newindex(object, key, value)
    local hook = mt.__newindex__
    if not (hook and hook(object, key, value)) then
      error(('%s has no field %s to assign'):format(name, tostring(key)), 2)
    end
  end
  function meta.__len(object)
    local f = mt.__len__
    if not f then error(name .. ' has no length operator', 2) end
    return f(object)
  end
  local ok, message = pcall(ffi.metatype, found, meta)
  if not ok then
    error(('torch.metatype: %s cannot get methods: %s'):format(tostring(found), message), 2)
  end
  registry.add_cdata_kind(found, function() return mt end)
end

--- Object of class `name` for the C object at `pointer`, an address or an FFI pointer. The class
-- says how: its metatable's __frompointer(pointer) makes the object.
function cdata.pushudata(pointer, name)
  if type(pointer) ~= 'number' and type(pointer) ~= 'cdata' then
    bad('pushudata', 1, 'an address or an FFI pointer', pointer)
  end
  if type(pointer) == 'number' and pointer ~= 0 and not registry.is_address(pointer) then
    error(('torch.pushudata: %s is no address'):format(pointer), 2)
  end
  local entry = registry.entry_of(name)
  if not entry then bad('pushudata', 2, 'the name of a class', name) end
  local make = entry.mt.__frompointer
  if not make then
    error(('torch.pushudata: class %s makes no objects from pointers'):format(name), 2)
  end
  return make(ffi.cast('void *', pointer))
end

return cdata
