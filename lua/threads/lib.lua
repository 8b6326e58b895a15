-- The door to libluatorch_threads: its declarations, and the handles by which Lua holds its
-- objects.

local ffi = require 'ffi'
require 'torch'
local cdef = require 'threads.cdef'
local class = require 'torch.class'
local F = require 'torch.ffi'

ffi.cdef(cdef.text)
ffi.cdef 'typedef struct ltt_slot { ltt_object *ptr; } ltt_slot;'

local path, tried = package.searchpath('libluatorch_threads', package.cpath)
if not path then
  error('libluatorch_threads.so not found; build it with make, or set LUA_CPATH:' .. tried, 0)
end
local C = ffi.load(path)
if ffi.string(C.ltt_cdef_hash()) ~= cdef.hash then
  error('libluatorch_threads and its Lua files are of different builds; run make again', 0)
end

local lib = {C = C}

--- Scratch for results, valid until the next call.
lib.object = ffi.new('ltt_object *[1]')
lib.number = ffi.new('int64_t[1]')
lib.flag = ffi.new('int[1]')

local by_kind = {} -- LTT_MUTEX, ... -> type of the handles
local kinds = {}   -- list of {ctype, kind}
local slot_p = ffi.typeof('ltt_slot *')

--- The kind of object (C.LTT_MUTEX, ...) that a value is a handle of, nil for other values.
function lib.kind(value)
  if type(value) ~= 'cdata' then return nil end
  for i = 1, #kinds do
    if ffi.istype(kinds[i][1], value) then return kinds[i][2] end
  end
end

--- A handle that takes over a reference to an object of a kind that was defined.
function lib.handle(kind, pointer)
  F.settle()
  return by_kind[kind](pointer)
end

--- A handle of the object that the last call left in lib.object.
function lib.adopt(kind, rc)
  F.check(rc)
  return lib.handle(kind, lib.object[0])
end

--- Gives back the reference of a handle, which stays without an object.
function lib.free(handle)
  local pointer = handle.ptr
  ffi.cast(slot_p, handle).ptr = nil
  C.ltt_release(pointer)
end

--- Number by which another thread finds an object.
function lib.id(pointer)
  F.check(C.ltt_id(lib.number, pointer))
  return tonumber(lib.number[0])
end

--- A handle of the object of a kind with an id, for messages of `name`.
function lib.find(name, kind, id)
  if type(id) ~= 'number' or id % 1 ~= 0 then F.bad_argument(name, 1, 'an id', id) end
  return lib.adopt(kind, C.ltt_find(lib.object, id, kind))
end

local function address(handle) return tonumber(ffi.cast('intptr_t', handle.ptr)) end

--- Makes the class `name` of the handles of a kind: constructor, table that receives it, and
-- metamethods of cdata beside __gc, __eq and __tostring. Returns the class's metatable, whose
-- fields are the methods.
function lib.define(name, kind, constructor, module, metamethods)
  local mt = class.newmetatable(name, nil, constructor, nil, nil, module)
  local meta = {
    __gc = lib.free,
    __index = mt,
    __eq = function(a, b)
      return lib.kind(a) == kind and lib.kind(b) == kind and a.ptr == b.ptr
    end,
    __tostring = function(handle)
      return handle.ptr == nil and name .. ' (freed)' or mt.__tostring__(handle)
    end,
  }
  for event, f in pairs(metamethods or {}) do meta[event] = f end
  function mt.__tostring__() return name end
  local struct = 'struct ltt_ref_' .. kind -- a name of its own: LuaJIT may take two without for one
  ffi.cdef(struct .. ' { ltt_object *const ptr; };')
  local ctype = ffi.metatype(struct, meta)
  by_kind[kind] = ctype
  table.insert(kinds, {ctype, kind})
  class.register_cdata(ctype, function() return mt end, address)
  return mt, ctype
end

return lib
