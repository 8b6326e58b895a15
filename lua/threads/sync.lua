-- threads.Mutex, threads.Condition and threads.Thread: the plain tools.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local lib = require 'threads.lib'

local C, check = lib.C, F.check
local sync = {}

-- Declares a class whose constructor takes an optional id and whose objects have id() and free().
local function define(name, kind, make)
  local full = 'threads.' .. name
  local mt = lib.define(full, kind, function(id)
    if id ~= nil then return lib.find(full, kind, id) end
    return lib.adopt(kind, make(lib.object))
  end, sync)

  local function pointer(self, method)
    if lib.kind(self) ~= kind then F.bad_argument(method, 1, 'a ' .. full, self) end
    return self.ptr
  end

  --- The object's id, a number by which another thread gets at it.
  function mt.id(self)
    pointer(self, 'id')
    return lib.id(self.ptr)
  end
  --- Gives up this handle; the object goes away with its last handle.
  function mt.free(self)
    pointer(self, 'free')
    lib.free(self)
  end  return mt, pointer
end

local Mutex, mutex_pointer = define('Mutex', C.LTT_MUTEX, C.ltt_mutex_new)

--- Waits until no thread holds the mutex, and takes it.
function Mutex:lock()
  check(C.ltt_mutex_lock(mutex_pointer(self, 'lock')))
end

--- Lets go of the mutex.
function Mutex:unlock()
  check(C.ltt_mutex_unlock(mutex_pointer(self, 'unlock')))
end

local Condition, condition_pointer = define('Condition', C.LTT_CONDITION, C.ltt_condition_new)

--- Wakes one of the threads that wait for the condition, if there are any.
function Condition:signal()
  check(C.ltt_condition_signal(condition_pointer(self, 'signal')))
end

--- Lets go of the mutex, waits for a signal, and takes the mutex again.
function Condition:wait(mutex)
  local pointer = condition_pointer(self, 'wait')
  if lib.kind(mutex) ~= C.LTT_MUTEX then F.bad_argument('wait', 2, 'a threads.Mutex', mutex) end
  check(C.ltt_condition_wait(pointer, mutex.ptr))
end

-- Threads --------------------------------------------------------------------------------------

--- Starts a thread that runs Lua code; returns a reference to its C object, without a handle.
function sync.start(code)
  check(C.ltt_thread_new(lib.object, code, #code, package.path, package.cpath,
    jit.status() and 1 or 0))
  return lib.object[0]
end

local Thread = lib.define('threads.Thread', C.LTT_THREAD, function(code)
  if type(code) ~= 'string' then F.bad_argument('threads.Thread', 1, 'Lua code', code) end
  return lib.handle(C.LTT_THREAD, sync.start(code))
end, sync)

local function thread_pointer(self, method)
  if lib.kind(self) ~= C.LTT_THREAD then
    F.bad_argument(method, 1, 'a threads.Thread', self)
  end
  return self.ptr
end

--- Waits until the thread's code has ended, and raises the error if it ended with one.
function Thread:free()
  local pointer = thread_pointer(self, 'free')
  check(C.ltt_thread_join(lib.flag, pointer, -1))
  local message = ffi.string(C.ltt_thread_error(pointer))
  lib.free(self)
  if message ~= '' then F.raise('error in a thread: %s', message) end
end

--- A number that no other living thread of this package has.
function Thread:id()
  thread_pointer(self, 'id')
  return lib.id(self.ptr)
end

return sync
