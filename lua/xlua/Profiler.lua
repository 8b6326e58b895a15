-- xlua.Profiler: named stop-watches for the parts of a loop.

local class = require 'torch.class'
local colors = require 'sys.colors'
local posix = require 'paths.posix'

local Profiler = class.class('xlua.Profiler')

--- mode: 'off' makes all measurements do nothing; verbose: print each lap.
function Profiler:__init(mode, verbose)
  self.off = mode == 'off'
  self.verbose = verbose or false
  self.events = {}
  self.list = {}
end

local function now()
  local user, system = posix.cpu_times()
  return posix.clock(posix.CLOCK_MONOTONIC), user + system
end

local function finished(self, name, method)
  local event = self.events[name]
  if not event or not event.real then
    error(('xlua.Profiler.%s: no lap of %s was measured'):format(method, tostring(name)), 3)
  end
  return event
end

--- Starts a stop-watch. fps: show its laps as frames per second as well.
function Profiler:start(name, fps)
  if self.off then return end
  local event = self.events[name]
  if not event then
    event = {name = name, color = colors.black}
    self.events[name] = event
    table.insert(self.list, event)
  end
  event.fps = fps
  event.start_real, event.start_cpu = now()
end

--- Stops a stop-watch and returns real and processor seconds since its start, divided by divider.
function Profiler:lap(name, divider)
  if self.off then return 0, 0 end
  local event = self.events[name]
  if not event or not event.start_real then
    error('xlua.Profiler.lap: ' .. tostring(name) .. ' was not started', 2)
  end
  divider = divider or 1
  local real, cpu = now()
  event.real = (real - event.start_real) / divider
  event.cpu = (cpu - event.start_cpu) / divider
  if self.verbose then self:print(name) end
  return event.real, event.cpu
end

--- Processor seconds of the last lap, divided by divider.
function Profiler:cpu(name, divider)
  if self.off then return 0 end
  return finished(self, name, 'cpu').cpu / (divider or 1)
end

--- Real seconds of the last lap, divided by divider.
function Profiler:real(name, divider)
  if self.off then return 0 end
  return finished(self, name, 'real').real / (divider or 1)
end

--- Colour, an entry of sys.COLORS, in which a stop-watch is printed.
function Profiler:setColor(name, color)
  if self.off then return end
  finished(self, name, 'setColor').color = color
end

--- The last lap as text.
function Profiler:format(name)
  if self.off then return '' end
  local event = finished(self, name, 'format')
  local text = ('%-20s real: %.5f s, cpu: %.5f s'):format(event.name, event.real, event.cpu)
  if event.fps then text = text .. (', fps: %.3f'):format(1 / event.real) end
  return text
end

--- Prints the last lap.
function Profiler:print(name)
  if self.off then return end
  local event = finished(self, name, 'print')
  local text = self:format(name)
  if posix.isatty(io.stdout) then text = event.color .. text .. colors.none end
  print(text)
end

--- The last laps of all stop-watches as text, a line each.
function Profiler:formatAll()
  local lines = {}
  for _, event in ipairs(self.list) do
    if event.real then table.insert(lines, self:format(event.name)) end
  end
  return table.concat(lines, '\n')
end

--- Prints the last laps of all stop-watches.
function Profiler:printAll()
  for _, event in ipairs(self.list) do
    if event.real then self:print(event.name) end
  end
end

--- Draws the last laps in a window. options: {win = a window with drawtext(x, y, text), x =, y =,
-- lineheight =}.
function Profiler:displayAll(options)
  local window = options and options.win
  if type(window) ~= 'table' and type(window) ~= 'userdata' then
    error('xlua.Profiler.displayAll: {win = window} expected', 2)
  end
  local x, y = options.x or 10, options.y or 10
  for line in self:formatAll():gmatch('[^\n]+') do
    window:drawtext(x, y, line)
    y = y + (options.lineheight or 16)
  end
end

return Profiler
