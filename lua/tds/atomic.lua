-- tds.AtomicCounter: an integer that threads count with.

local F = require 'torch.ffi'
local class = require 'torch.class'
local lib = require 'threads.lib'

local C, check, bad = lib.C, F.check, F.bad_argument
local atomic = {}

local function integer(name, n, value)
  if type(value) ~= 'number' or value % 1 ~= 0 or math.abs(value) > 2 ^ 53 then
    bad(name, n, 'an integer', value)
  end
  return value
end

local function new(value)
  value = value == nil and 0 or integer('tds.AtomicCounter', 1, value)
  return lib.adopt(C.LTT_COUNTER, C.ltt_counter_new(lib.object, value))
end

local AtomicCounter = lib.define('tds.AtomicCounter', C.LTT_COUNTER, new, atomic)
AtomicCounter.__version = 0
class.newmetatable('tds.AtomicCounter', nil, nil, nil, function() return new() end, atomic)

local function pointer_of(self, name)
  if lib.kind(self) ~= C.LTT_COUNTER then bad(name, 1, 'a tds.AtomicCounter', self) end
  return self.ptr
end

local function add(self, by, name)
  check(C.ltt_counter_add(lib.number, pointer_of(self, name), by))
  return tonumber(lib.number[0])
end

--- Adds 1; returns the value before.
function AtomicCounter:inc() return add(self, 1, 'inc') end

--- Subtracts 1; returns the value before.
function AtomicCounter:dec() return add(self, -1, 'dec') end

--- The value.
function AtomicCounter:get()
  check(C.ltt_counter_get(lib.number, pointer_of(self, 'get')))
  return tonumber(lib.number[0])
end

--- Sets the value.
function AtomicCounter:set(value)
  check(C.ltt_counter_set(pointer_of(self, 'set'), integer('set', 2, value)))
end

--- A number by which another thread could find the counter.
function AtomicCounter:id()
  pointer_of(self, 'id')
  return lib.id(self.ptr)
end

--- Gives up this handle; the counter goes away with its last handle.
function AtomicCounter:free()
  pointer_of(self, 'free')
  lib.free(self)
end

function AtomicCounter:__tostring__()
  return 'tds.AtomicCounter=' .. self:get()
end

--- Writes the value.
function AtomicCounter:write(file) file:writeLong(self:get()) end

--- Reads what write wrote.
function AtomicCounter:read(file) self:set(file:readLong()) end

return atomic
