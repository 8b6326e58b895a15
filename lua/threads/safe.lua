-- threads.safe(function, [mutex]): a function that does the same while it holds a mutex, so that no
-- two threads are inside at a time. The mutex goes along where the function is sent to threads.

local F = require 'torch.ffi'
local lib = require 'threads.lib'
local sync = require 'threads.sync'

return function(f, mutex)
  if type(f) ~= 'function' then F.bad_argument('threads.safe', 1, 'a function', f) end
  if mutex ~= nil and lib.kind(mutex) ~= lib.C.LTT_MUTEX then
    F.bad_argument('threads.safe', 2, 'a threads.Mutex', mutex)
  end
  mutex = mutex or sync.Mutex()

  local function finish(ok, ...)
    mutex:unlock()
    if not ok then error(..., 0) end
    return ...
  end

  return function(...)
    mutex:lock()
    return finish(pcall(f, ...))
  end
end
