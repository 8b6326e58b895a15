-- threads.queue: a queue of functions with their arguments, which any thread that has it may fill
-- and run. Its constructor is what the module returns.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local lib = require 'threads.lib'
local message = require 'threads.message'

local C, check = lib.C, F.check
local letter = ffi.new('ltt_message')
local PATIENCE = 0.1 -- seconds between looks for a reason to give up waiting
local retained = ffi.typeof('lt_storage *')

local queue = {}

--- Appends the message of `object` to the queue at `pointer`, once it has room in `lane`; nil for
-- object sends no bytes. Returns false where there was no room for `seconds`, nil and a reason
-- where something cannot be sent.
function queue.put(pointer, object, options)
  local storage, id = nil, 0
  if object ~= nil then
    storage, id = message.save(object, options.share, options.parts)
    if not storage then return nil, id end
  end
  letter.bytes = storage and storage.ptr or nil
  letter.parcel, letter.tag = id, options.tag or 0
  letter.lane, letter.sender = options.lane or 0, options.sender or 0
  if storage then F.C.lt_storage_retain(letter.bytes) end
  local rc = C.ltt_queue_put(lib.flag, pointer, letter, options.seconds or -1)
  if lib.flag[0] == 1 then return true end
  F.C.lt_storage_release(ffi.cast(retained, storage and storage.ptr or nil))
  if id ~= 0 and C.ltt_parcel_collect(lib.object, id) == 0 then C.ltt_release(lib.object[0]) end
  check(rc)
  return false
end

--- Takes a message for `lane`: its bytes as a CharStorage (false without), tag and sender; nothing
-- where none came for `seconds` or the queue is closed.
function queue.take(pointer, lane, seconds)
  check(C.ltt_queue_take(lib.flag, pointer, lane, letter, seconds))
  if lib.flag[0] == 0 then return end
  local storage = letter.bytes ~= nil and F.storage(letter.bytes) or nil
  return storage or false, tonumber(letter.tag), letter.sender
end

--- Whether the queue at `pointer` has room in a lane.
function queue.has_room(pointer, lane)
  check(C.ltt_queue_capacity(lib.number, pointer))
  local capacity = tonumber(lib.number[0])
  check(C.ltt_queue_size(lib.number, pointer, lane))
  return tonumber(lib.number[0]) < capacity
end

-- The class ------------------------------------------------------------------------------------

local serializer = require 'threads.serializer'

-- Raises where the calling thread would wait for ever, since there is no other.
local function check_company(what)
  if C.ltt_threads_running() == 0 then
    F.raise('%s, and there is no other thread that could change that', what)
  end
end

local Queue = lib.define('threads.Queue', C.LTT_QUEUE, function(size)
  if type(size) ~= 'number' or size % 1 ~= 0 or size < 1 or size > 2 ^ 31 then
    F.bad_argument('threads.Queue', 1, 'a size of 1 or more', size)
  end
  return lib.adopt(C.LTT_QUEUE, C.ltt_queue_new(lib.object, size))
end, queue)

local function pointer_of(self, method)
  if lib.kind(self) ~= C.LTT_QUEUE then F.bad_argument(method, 1, 'a threads.Queue', self) end
  return self.ptr
end

--- queue:addjob(callback, ...): appends a function with its arguments; waits while the queue is
-- full.
function Queue:addjob(callback, ...)
  local pointer = pointer_of(self, 'addjob')
  if type(callback) ~= 'function' then F.bad_argument('addjob', 2, 'a function', callback) end
  local n = select('#', ...)
  local options = {share = serializer.current().share, seconds = PATIENCE,
    parts = {{'the callback', callback}, {'an argument', {...}}}}
  repeat
    local done, reason = queue.put(pointer, {callback, n, ...}, options)
    if done == nil then F.raise('addjob: %s', reason) end
    if not done then check_company('addjob: the queue is full') end
  until done
end

--- queue:dojob(): runs the first function of the queue and returns its results; waits while the
-- queue is empty.
function Queue:dojob()
  local pointer = pointer_of(self, 'dojob')
  local bytes
  repeat
    bytes = queue.take(pointer, 0, PATIENCE)
    if bytes == nil then check_company('dojob: the queue is empty') end
  until bytes
  local job = message.load(bytes)
  return job[1](unpack(job, 3, 2 + job[2]))
end

--- The queue's id, a number by which another thread gets at it.
function Queue:id()
  pointer_of(self, 'id')
  return lib.id(self.ptr)
end

--- Gives up this handle; the queue and its jobs go away with its last handle.
function Queue:free()
  pointer_of(self, 'free')
  lib.free(self)
end

--- The queue with an id.
function queue.find(id) return lib.find('threads.Queue', C.LTT_QUEUE, id) end

return setmetatable(queue, {__call = function(_, ...) return queue.Queue(...) end})
