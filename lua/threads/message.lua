-- Objects as messages between threads: Torch's serialization, in which some things cross by
-- reference. Mutexes, conditions and queues always do; tensors' memory, storages and the objects
-- of tds where the sender asks for it. A message holds a reference to each until it is read.

local ffi = require 'ffi'
local class = require 'torch.class'
local F = require 'torch.ffi'
local kinds = require 'torch.serializekinds'
local lib = require 'threads.lib'
local names = require 'threads.names'

local next = next
local C, check = lib.C, F.check
local message = {}

local File = class.getmetatable('torch.File')
local MemoryFile = class.getconstructortable('torch.MemoryFile')
local STORAGE = 0
local storage_slot = ffi.new('lt_storage *[1]')

local always_shared = {[C.LTT_MUTEX] = true, [C.LTT_CONDITION] = true, [C.LTT_QUEUE] = true}

-- The parcel of a message that is read or written; a written one gets it when it needs one.
local function parcel_of(file)
  if not file.parcel then
    if not file.sharing then
      F.raise('%s: only messages to threads can hold objects by reference', file.name)
    end
    check(C.ltt_parcel_new(lib.object))
    file.parcel = lib.object[0]
  end
  return file.parcel
end

-- Stand-ins in the object graph -----------------------------------------------------------------

local module_of = { -- where the class of a kind is defined
  [C.LTT_MUTEX] = 'threads.sync', [C.LTT_CONDITION] = 'threads.sync',
  [C.LTT_QUEUE] = 'threads.queue', [C.LTT_COUNTER] = 'tds', [C.LTT_VEC] = 'tds',
  [C.LTT_HASH] = 'tds',
}

local Shared = class.newmetatable('threads.Shared', nil, nil, nil, function(file)
  local kind, index = file:readLong(), file:readLong()
  local parcel = parcel_of(file)
  if kind == STORAGE then
    check(C.ltt_parcel_storage(storage_slot, parcel, index))
    -- Results become garbage here; what jobs share is kept elsewhere.
    if not rawget(_G, '__threadid') then F.owe(storage_slot[0].capacity) end
    return F.storage(storage_slot[0])
  end
  require(module_of[kind])
  return lib.adopt(kind, C.ltt_parcel_object(lib.object, parcel, index, kind))
end, message)

function Shared:write(file)
  local parcel = parcel_of(file)
  if self.kind == STORAGE then
    check(C.ltt_parcel_add_storage(lib.number, parcel, self.value.ptr))
  else
    check(C.ltt_parcel_add(lib.number, parcel, self.value.ptr))
  end
  file:writeLong(self.kind)
  file:writeLong(tonumber(lib.number[0]))
end

function Shared.read() end

local Named = class.newmetatable('threads.Named', nil, nil, nil, function(file)
  return names.find(file:readObject())
end, message)

function Named:write(file) file:writeObject(self.name) end

function Named.read() end

-- The stand-in of a value, or the value.
local function stand_in(value, share)
  local kind = type(value)
  if kind == 'table' or kind == 'function' then
    local name = names.of(value)
    return name and setmetatable({name = name}, Named) or value
  elseif kind == 'cdata' then
    if F.is_storage(value) then
      return share and setmetatable({kind = STORAGE, value = value}, Shared) or value
    end
    local object = lib.kind(value)
    local by_reference = always_shared[object] or share and object and object >= C.LTT_COUNTER
    if by_reference and value.ptr ~= nil then
      return setmetatable({kind = object, value = value}, Shared)
    end
  end
  return value
end

-- Saying what cannot be sent --------------------------------------------------------------------

-- Path to the first thing below `value` that cannot be written, and that thing.
local function find_unwritable(value, path, seen)
  if seen[value] or (type(value) ~= 'number' and stand_in(value, true) ~= value) then return end
  if not kinds.of(value) then return path, value end
  if type(value) == 'table' then
    seen[value] = true
    for k, v in next, value do
      local where, what = find_unwritable(k, path .. ', a key', seen)
      if not where then
        where, what = find_unwritable(v, ("%s, field '%s'"):format(path, tostring(k)), seen)
      end
      if where then return where, what end
    end
  elseif type(value) == 'function' then
    seen[value] = true
    for i = 1, debug.getinfo(value, 'u').nups do
      local name, v = debug.getupvalue(value, i)
      if v ~= nil then
        local where, what = find_unwritable(v, ("%s, upvalue '%s'"):format(path, name), seen)
        if where then return where, what end
      end
    end
  end
end

-- "the callback, upvalue 'f' (a userdata) cannot be sent to another thread", or the reason given.
local function explain(parts, reason)
  for _, part in ipairs(parts) do
    local ok, where, what = pcall(find_unwritable, part[2], part[1], {})
    if ok and where then
      return ('%s (%s) cannot be sent to another thread'):format(where, F.describe(what))
    end
  end
  return tostring(reason)
end

-- Messages ---------------------------------------------------------------------------------------

-- Writes `object` behind a place for the parcel's id.
local function write(file, object, share)
  local function hook(item) return stand_in(item, share) end
  function file.writeObject(self, item, name) return File.writeObject(self, item, name, hook) end
  file:writeLong(0)
  file:writeObject(object)
  if not file.parcel then return 0 end
  check(C.ltt_parcel_post(lib.number, file.parcel))
  local id = tonumber(lib.number[0])
  file:seek(1)
  file:writeLong(id)
  return id
end

--- The message of an object: a CharStorage, and the id of the parcel of what crosses by reference,
-- 0 where there is none. share: whether storages, the memory of tensors and objects of tds do.
-- Returns nil and a message where something cannot be sent; `parts`, a list of {what it is called,
-- value}, helps to name it.
function message.save(object, share, parts)
  local file = MemoryFile():binary()
  file.name, file.sharing = 'message to a thread', true
  local ok, id = pcall(write, file, object, share)
  if not ok then
    if file.parcel then C.ltt_release(file.parcel) end
    return nil, explain(parts or {{'the object', object}}, id)
  end
  return file:storage(), id
end

--- The object of a message. One with a parcel can be read once.
function message.load(storage)
  local file = MemoryFile(storage, 'r'):binary()
  file.name = 'message to a thread'
  local id = file:readLong()
  if id == 0 then return file:readObject() end
  check(C.ltt_parcel_collect(lib.object, id))
  file.parcel = lib.object[0]
  local ok, object = pcall(file.readObject, file)
  C.ltt_release(file.parcel)
  if not ok then error(object, 0) end
  return object
end

return message
