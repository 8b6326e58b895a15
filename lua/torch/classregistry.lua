-- The registry behind torch.class: which class has which name and metatable, and how cdata values
-- find theirs. Private to the class system.

local ffi = require 'ffi'

local registry = {}

-- class name -> entry {name, mt, hooks, parent, children, constructor, load}; load declares a class
-- that is only promised so far
local by_name = {}
local by_metatable = {}  -- metatable -> entry
local cdata_kinds = {}   -- list of {ctype =, resolve =, address =}

-- Class name -> metatable, as in Torch7: programs remove a class there to declare it anew.
local lua_registry = debug.getregistry()

registry.by_name, registry.by_metatable = by_name, by_metatable

--- Adds the entry of a new class.
function registry.add(entry)
  by_name[entry.name], by_metatable[entry.mt] = entry, entry
  if lua_registry[entry.name] == nil then lua_registry[entry.name] = entry.mt end
end

--- Entry of a class, promised or declared; nil where there is none or a program removed it.
function registry.named(name)
  local entry = by_name[name]
  if entry and lua_registry[name] == nil then
    by_name[name] = nil
    return nil
  end
  return entry
end

--- Declares a class that is only promised. Raises where its file does not.
function registry.keep(entry)
  if not entry.load then return end
  entry.load()
  if entry.load then error('the file of class ' .. entry.name .. ' does not declare it') end
end

--- Entry of a class by name, or nil. Touching the class's global path first lets packages that
-- load their files on first use define it.
function registry.entry_of(name)
  local entry = registry.named(name)
  if entry then registry.keep(entry) end
  if entry or type(name) ~= 'string' then return entry end
  local node = _G
  for part in name:gmatch('[^.]+') do
    if type(node) ~= 'table' then return nil end
    if node == _G then node = rawget(_G, part) else node = node[part] end
  end
  return registry.named(name)
end

--- How values of an FFI type find their class: a kind, or nil.
function registry.cdata_kind(object)
  if tonumber(object) then return nil end -- an FFI type: ffi.istype takes it for one of its values
  for i = 1, #cdata_kinds do
    local kind = cdata_kinds[i]
    if ffi.istype(kind.ctype, object) then return kind end
  end
end

--- Class metatable of any value, nil where it belongs to no class. A constructor table is no object
-- of its class, although getmetatable gives the class metatable for it too.
function registry.metatable_of(object)
  local mt
  if type(object) == 'cdata' then
    local kind = registry.cdata_kind(object)
    mt = kind and kind.resolve(object)
  else
    mt = getmetatable(object)
  end
  local entry = by_metatable[mt]
  if entry and not rawequal(entry.constructor, object) then return mt end
end

--- Class name of an object, nil where the object belongs to no class.
function registry.typename(object)
  local mt = registry.metatable_of(object)
  if mt then return by_metatable[mt].name end
end

--- Class name of an object, or else Lua's own type name.
function registry.type(object)
  return registry.typename(object) or type(object)
end

--- Adds a kind of cdata, see torch.register_cdata. ctype: an FFI type.
function registry.add_cdata_kind(ctype, resolve, address)
  table.insert(cdata_kinds, {ctype = ctype, resolve = resolve, address = address})
end

--- Address, a number, of the C object behind a cdata value: what register_cdata was told, else the
-- value of a pointer or the place of a struct or array. Raises for other cdata.
function registry.address(object)
  local kind = registry.cdata_kind(object)
  if kind and kind.address then return kind.address(object) end
  local ok, pointer = pcall(ffi.cast, 'const void *', object)
  if not ok then error('torch.pointer: cdata without an address: ' .. tostring(object), 2) end
  return tonumber(ffi.cast('intptr_t', pointer))
end

local FIRST_PAGE = 4096 -- no memory lies below

--- Whether a number may be an address in memory.
function registry.is_address(number)
  return number >= FIRST_PAGE and number < 2 ^ 53 and number % 1 == 0
end

--- Whether two values are the same C object; values that are no cdata are compared with rawequal.
function registry.isequal(a, b)
  if type(a) == 'cdata' and type(b) == 'cdata' then
    local kind = registry.cdata_kind(a)
    return kind ~= nil and kind == registry.cdata_kind(b)
      and registry.address(a) == registry.address(b)
  end
  return rawequal(a, b)
end

return registry
