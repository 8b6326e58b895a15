-- What a worker of a pool runs: takes jobs, sends back what they return or how they failed.

local class = require 'torch.class'
local message = require 'threads.message'
local queue = require 'threads.queue'

local function describe(reason)
  if type(reason) == 'string' then return reason end
  return ('(an error of type %s: %s)'):format(class.type(reason), tostring(reason))
end

local function with_traceback(reason)
  return debug.traceback(describe(reason), 1)
end

-- What xpcall returned, as a table of the status, a number of values and the values.
local function packed(ok, ...)
  return {ok, select('#', ...), ...}
end

-- Runs the job in `bytes`. Returns the packed result, and whether somebody wants to know it.
local function run(bytes)
  local ok, job = xpcall(message.load, with_traceback, bytes)
  if not ok then return {false, 1, job}, true end
  local result = packed(xpcall(job.callback, with_traceback, unpack(job, 1, job.n)))
  return result, job.wanted or not result[1]
end

--- Serves the queue of jobs and sends to the queue of results until the former is closed.
return function(jobs_id, results_id, number, share)
  local jobs, results = queue.find(jobs_id), queue.find(results_id)
  local options = {share = share, sender = number}
  rawset(_G, '__threadid', number)
  while true do
    local bytes, tag = queue.take(jobs.ptr, number, -1)
    if bytes == nil then return end
    local result, wanted = run(bytes)
    options.tag = tag
    options.parts = {{'a result of the callback', {unpack(result, 3, 2 + result[2])}}}
    local done, reason = queue.put(results.ptr, wanted and result or nil, options)
    if done == nil then queue.put(results.ptr, {false, 1, reason}, options) end
  end
end
