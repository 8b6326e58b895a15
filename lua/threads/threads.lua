-- threads.Threads: a pool of worker threads. Jobs are functions that cross to a worker with their
-- upvalues and arguments; what they return comes back to a function that runs in the pool's thread.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local lib = require 'threads.lib'
local message = require 'threads.message'
local queue = require 'threads.queue'
local serializer = require 'threads.serializer'
local sync = require 'threads.sync'

local C, check, raise = lib.C, F.check, F.raise
local PATIENCE = 0.1  -- seconds between looks for threads that have died
local MOST_THREADS = 1024

local Threads = {}
Threads.__index = Threads

--- threads.Threads.serialization([name]): how pools made from now on send things:
-- 'threads.serialize' (the default) or 'threads.sharedserialize'. Without a name returns it.
Threads.serialization = serializer.choose

local function nothing() end

-- When a Lua state closes, the finalizers of all cdata run before those of pools: what tensors and
-- handles hold is gone by then. So pools hold plain pointers, and note that this has happened.
local closing = false
local sentinel = ffi.gc(ffi.new('char[1]'), function() closing = true end)

local function check_running(self, name)
  if getmetatable(self) ~= Threads then F.bad_argument(name, 1, 'a threads.Threads', self) end
  if not self.running then raise('%s: the threads are not running, they were terminated', name) end
end

-- The threads ----------------------------------------------------------------------------------

local WORKER = [[
%s
require('threads.worker')(%d, %d, %d, %s)
]]

local function start_workers(self)
  -- Under th, workers have its globals.
  local host = package.loaded.trepl and "require 'trepl'" or "require 'torch'"
  if package.loaded.env then host = "require 'env'" end
  for i = 1, self.N do
    self.threads[i] = sync.start(WORKER:format(host, lib.id(self.jobs), lib.id(self.results), i,
      tostring(self.share)))
  end
end

-- Ends the workers, which finish the jobs that they have begun.
local function stop(self)
  self.running = false
  check(C.ltt_queue_close(self.jobs))
  check(C.ltt_queue_close(self.results))
  for i = 1, #self.threads do
    check(C.ltt_thread_join(lib.flag, self.threads[i], -1))
    C.ltt_release(self.threads[i])
  end
  C.ltt_release(self.jobs)
  C.ltt_release(self.results)
end

-- Has the pool terminate when it is collected; at the end of the program its jobs end, but the
-- ending functions cannot be called. An error has nowhere to go then but to the user's eyes.
local function terminate_with(self)
  local proxy = newproxy(true)
  getmetatable(proxy).__gc = function()
    if closing then
      for _, job in pairs(self.pending) do job.finish = nil end
    end
    local ok, reason = pcall(self.terminate, self)
    if not ok then io.stderr:write('threads: in a pool that was collected: ', reason, '\n') end
  end
  return proxy
end

--- threads.Threads(n, [f1, f2, ...]): starts n threads, each of which calls f1(id), f2(id), ...
-- with its number. Returns the pool and a list with the results of the last function, a table for
-- each thread. Raises where a function fails.
local function new(n, ...)
  if type(n) ~= 'number' or n % 1 ~= 0 or n < 1 or n > MOST_THREADS then
    F.bad_argument('Threads', 1, ('a number of threads from 1 to %d'):format(MOST_THREADS), n)
  end
  local functions = {...}
  for j = 1, select('#', ...) do
    if type(functions[j]) ~= 'function' then
      F.bad_argument('Threads', j + 1, 'a function', functions[j])
    end
  end
  if #functions == 0 then functions[1] = nothing end
  local self = setmetatable({
    N = n, share = serializer.current().share, threads = {}, running = true,
    is_specific = true, errors = false, pending = {}, count = 0, last = 0, dead = {}, lost = {},
  }, Threads)
  check(C.ltt_queue_new(lib.object, n))
  self.jobs = lib.object[0]
  check(C.ltt_queue_new(lib.object, n))
  self.results = lib.object[0]
  self.sentinel, self.on_collection = sentinel, terminate_with(self)
  local init_results = {}
  local ok, reason = pcall(function()
    start_workers(self)
    for j = 1, #functions do
      for i = 1, n do
        self:addjob(i, functions[j], j == #functions and function(...)
          table.insert(init_results, {...})
        end or nil, i)
      end
    end
    self:specific(false)
  end)
  if not ok then
    stop(self)
    error(reason, 0)
  end
  return self, init_results
end

-- Jobs -----------------------------------------------------------------------------------------

-- Notes threads that have ended although the pool is running, and the jobs that they take along.
local function look_for_dead(self)
  local alive = 0
  for i, thread in ipairs(self.threads) do
    check(C.ltt_thread_join(lib.flag, thread, 0))
    if lib.flag[0] == 0 then
      alive = alive + 1
    elseif not self.dead[i] then
      self.dead[i] = ffi.string(C.ltt_thread_error(thread))
      local taken = tonumber(C.ltt_thread_tag(thread))
      for id, job in pairs(self.pending) do
        if job.lane == i or id == taken then table.insert(self.lost, {id, i}) end
      end
    end
  end
  if alive > 0 then return end
  self.lost = {}
  for id, job in pairs(self.pending) do
    table.insert(self.lost, {id, math.max(job.lane, 1)})
  end
end

-- The next result: its job, the thread's number, and the table of status, count and values.
local function next_result(self)
  while true do
    local lost = table.remove(self.lost)
    if lost then
      return self.pending[lost[1]], lost[1], lost[2],
        {false, 1, 'the thread died: ' .. self.dead[lost[2]]}
    end
    local bytes, id, sender = queue.take(self.results, 0, PATIENCE)
    if bytes == nil then
      look_for_dead(self)
    else
      local result = {true, 0}
      if bytes then
        local ok, object = pcall(message.load, bytes)
        result = ok and object or {false, 1, object}
      end
      return self.pending[id], id, sender, result
    end
  end
end

local function describe(reason)
  return type(reason) == 'string' and reason or class.type(reason) .. ': ' .. tostring(reason)
end

local function with_traceback(reason)
  return debug.traceback(describe(reason), 1)
end

-- Waits for a job to end and calls its ending function; returns the error message of either.
local function finish_one(self)
  local job, id, sender, result = next_result(self)
  self.pending[id] = nil
  self.count = self.count - 1
  if not result[1] then
    self.errors = true
    return ('[thread %d callback] %s'):format(sender, result[3])
  end
  if not job.finish then return end
  local ok, reason = xpcall(job.finish, with_traceback, unpack(result, 3, 2 + result[2]))
  if ok then return end
  self.errors = true
  return ('[thread %d endcallback] %s'):format(sender, reason)
end

--- Waits until a job has ended, and calls its ending function. Raises the error of either.
function Threads:dojob()
  check_running(self, 'dojob')
  if self.count == 0 then raise('dojob: no job is under way, so that none can end') end
  local reason = finish_one(self)
  if reason then raise('%s', reason) end
end

--- Waits until all jobs have ended, and calls their ending functions. Raises the errors of all.
function Threads:synchronize()
  if getmetatable(self) ~= Threads then
    F.bad_argument('synchronize', 1, 'a threads.Threads', self)
  end
  if not self.running then return end
  local reasons = {}
  while self.count > 0 do
    reasons[#reasons + 1] = finish_one(self)
  end
  self.errors = false
  if #reasons > 0 then raise('%s', table.concat(reasons, '\n')) end
end

local function check_lane(self, name, lane)
  if type(lane) ~= 'number' or lane % 1 ~= 0 or lane < 1 or lane > self.N then
    F.bad_argument(name, 2, ('the number of a thread, 1 to %d'):format(self.N), lane)
  end
  return lane
end

--- Whether addjob would add a job at once: specific pools are asked with a thread's number.
function Threads:acceptsjob(lane)
  check_running(self, 'acceptsjob')
  return queue.has_room(self.jobs, self.is_specific and check_lane(self, 'acceptsjob', lane) or 0)
end

local function add(self, lane, callback, finish, ...)
  local n = select('#', ...)
  local job = {callback = callback, wanted = finish ~= nil, n = n, ...}
  local options = {share = self.share, lane = lane, tag = self.last + 1,
    parts = {{'the callback', callback}, {'an argument', {...}}}}
  local done, reason = queue.put(self.jobs, job, options)
  if not done then raise('addjob: %s', reason) end
  self.last = self.last + 1
  self.count = self.count + 1
  self.pending[self.last] = {finish = finish, lane = lane}
end

--- pool:addjob([thread], callback, [endcallback], ...): has a thread (in a specific pool the one
-- with that number) call callback(...), and the pool's own thread endcallback with what it returns.
-- While the queue is full, finishes other jobs as dojob does.
function Threads:addjob(...)
  check_running(self, 'addjob')
  local first, lane = 1, 0
  if self.is_specific then first, lane = 2, check_lane(self, 'addjob', (...)) end
  local callback, finish = select(first, ...)
  if type(callback) ~= 'function' then
    F.bad_argument('addjob', first + 1, 'a function', callback)
  end
  if finish ~= nil and type(finish) ~= 'function' then
    F.bad_argument('addjob', first + 2, 'a function or nil', finish)
  end
  while not queue.has_room(self.jobs, lane) do self:dojob() end
  if self.dead[lane] then raise('addjob: thread %d died: %s', lane, self.dead[lane]) end
  add(self, lane, callback, finish, select(first + 2, ...))
end

-- The pool -------------------------------------------------------------------------------------

--- Whether jobs go to a thread of a given number; with a boolean, finishes all jobs and sets it.
function Threads:specific(flag)
  check_running(self, 'specific')
  if flag == nil then return self.is_specific end
  if type(flag) ~= 'boolean' then F.bad_argument('specific', 2, 'a boolean', flag) end
  self:synchronize()
  self.is_specific = flag
end

--- Whether there are jobs whose ending functions have not run.
function Threads:hasjob()
  check_running(self, 'hasjob')
  return self.count > 0
end

--- Whether a job failed since the last synchronize.
function Threads:haserror()
  check_running(self, 'haserror')
  return self.errors
end

--- Whether the pool was not terminated.
function Threads:isrunning()
  return self.running
end

--- Finishes all jobs and ends the threads. Raises what synchronize raises, after that.
function Threads:terminate()
  if getmetatable(self) ~= Threads then
    F.bad_argument('terminate', 1, 'a threads.Threads', self)
  end
  if not self.running then return end
  local ok, reason = pcall(self.synchronize, self)
  stop(self)
  if not ok then error(reason, 0) end
end

return setmetatable({}, {
  __index = Threads, __newindex = Threads, __call = function(_, ...) return new(...) end,
})
