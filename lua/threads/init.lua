-- threads: pools of OS threads with a Lua state each, which run functions that are sent to them
-- with their upvalues, and the mutexes, conditions and queues to coordinate them. The module is
-- callable as threads.Threads is, and has its functions.

local sync = require 'threads.sync'

local threads = {
  Mutex = sync.Mutex, Condition = sync.Condition, Thread = sync.Thread,
  Threads = require 'threads.threads', Queue = require 'threads.queue',
  safe = require 'threads.safe',
}

return setmetatable(threads, {
  __index = threads.Threads,
  __call = function(_, ...) return threads.Threads(...) end,
})
