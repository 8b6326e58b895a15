-- torch.Timer: real, user and system time that a piece of code takes. It runs from its creation on.

local class = require 'torch.class'
local own_methods = require 'torch.ownmethods'
local posix = require 'paths.posix'

local Timer = class.class('torch.Timer')

local function restart(timer)
  timer.startReal = posix.clock(posix.CLOCK_MONOTONIC)
  timer.startUser, timer.startSys = posix.cpu_times()
end

function Timer:__init()
  self.running = true
  self:reset()
end

--- Sets the times to zero; a running timer goes on. Returns the timer.
function Timer:reset()
  self.real, self.user, self.sys = 0, 0, 0
  restart(self)
  return self
end

--- Stops the timer, which keeps its times. Returns the timer.
function Timer:stop()
  if self.running then
    local times = self:time()
    self.real, self.user, self.sys = times.real, times.user, times.sys
    self.running = false
  end
  return self
end

--- Lets a stopped timer go on from the times it has. Returns the timer.
function Timer:resume()
  if not self.running then
    restart(self)
    self.running = true
  end
  return self
end

--- Seconds so far, while running: a table {real =, user =, sys =}.
function Timer:time()
  local times = {real = self.real, user = self.user, sys = self.sys}
  if self.running then
    local user, sys = posix.cpu_times()
    times.real = times.real + posix.clock(posix.CLOCK_MONOTONIC) - self.startReal
    times.user = times.user + user - self.startUser
    times.sys = times.sys + sys - self.startSys
  end
  return times
end

function Timer:__tostring__()
  return ('torch.Timer [status: %s]'):format(self.running and 'running' or 'stopped')
end

own_methods(Timer)

-- Times of a process mean nothing in another one: files do not take timers.
Timer.__factory = nil

return Timer
