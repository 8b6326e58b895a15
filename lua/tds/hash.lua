-- tds.Hash: a table with strings, numbers, booleans, tensors, storages and objects of tds as keys,
-- outside of the Lua heap, which threads can share.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local elem = require 'tds.elem'
local lib = require 'threads.lib'

local C, check = lib.C, F.check
local hash = {}

local key_place, place = elem.new(), elem.new()

local function get(self, key)
  local object = elem.fill_key(key_place, key)
  local rc = C.ltt_hash_get(place, self.ptr, key_place)
  if object then C.ltt_release(object) end
  check(rc)
  return elem.read(place)
end

local function set(self, key, value)
  local object, _keep = elem.fill(place, value, 'tds.Hash')
  local filled, key_object = pcall(elem.fill_key, key_place, key)
  local rc = filled and C.ltt_hash_set(self.ptr, key_place, place)
  if object then C.ltt_release(object) end
  if not filled then error(key_object, 0) end
  if key_object then C.ltt_release(key_object) end
  check(rc)
  return _keep
end

local function size(self)
  check(C.ltt_hash_size(lib.number, self.ptr))
  return tonumber(lib.number[0])
end

-- Iterator over the entries, in the order in which the keys came in.
local function entries(self)
  local at, key, value = ffi.new('int64_t[1]'), elem.new(), elem.new()
  return function()
    check(C.ltt_hash_next(lib.flag, key, value, self.ptr, at))
    if lib.flag[0] == 0 then return nil end
    return elem.read(key), elem.read(value)
  end
end

--- tds.Hash([table]): an empty hash, or one with the entries of a table; tables in it become
-- hashes, or vecs where their keys are 1 to n.
local function new(t)
  if t ~= nil and type(t) ~= 'table' then F.bad_argument('tds.Hash', 1, 'a table', t) end
  local self = lib.adopt(C.LTT_HASH, C.ltt_hash_new(lib.object))
  return t and elem.of_table(t, self) or self
end

local Hash = lib.define('tds.Hash', C.LTT_HASH, new, hash, {
  __index = get, __newindex = function(self, key, value) set(self, key, value) end,
  __len = size, __pairs = entries,
})
Hash.__version = 0
class.newmetatable('tds.Hash', nil, nil, nil, function() return new() end, hash)

function Hash.__tostring__(self) return elem.text('tds.Hash', size(self), entries(self)) end

--- Writes the number of entries, and each key and value as objects.
function Hash.write(self, file)
  file:writeLong(size(self))
  for key, value in entries(self) do
    file:writeObject(key)
    file:writeObject(value)
  end
end

--- Reads what write wrote.
function Hash.read(self, file)
  for _ = 1, file:readLong() do
    local key = file:readObject()
    set(self, key, file:readObject())
  end
end

return hash
