-- xlua.progress: a progress bar with the time left. On a terminal the line is redrawn in place; in
-- a pipe or file only the finished bar is written.

local posix = require 'paths.posix'
local text = require 'xlua.text'

local redraw_interval = 0.1
local default_columns = 80

local last, last_goal = nil, nil  -- where the previous call stood; nil when no bar is open
local first, started              -- where and when the open bar began
local drawn = 0                   -- when it was drawn last
local terminal

local function line(current, goal, now, columns)
  local steps = math.max(current - first, 0)
  local step = steps > 0 and (now - started) / steps or 0
  local times
  if current >= goal then
    times = ('Tot: %s | Step: %s'):format(text.formatTime(now - started), text.formatTime(step))
  else
    times = ('ETA: %s | Step: %s'):format(text.formatTime(step * (goal - current)),
      text.formatTime(step))
  end
  local width = math.max(columns - 38, 10)
  local filled = math.floor(current / goal * width)
  local bar = ('='):rep(filled - 1) .. (filled > 0 and '>' or '') .. ('.'):rep(width - filled)
  local count = (' %s/%s '):format(current, goal)
  if #count <= width then
    local left = math.floor((width - #count) / 2)
    bar = bar:sub(1, left) .. count .. bar:sub(left + #count + 1)
  end
  return (' [%s]  %-30s'):format(bar, times)
end

--- Shows that `current` of `goal` steps are done. A value below the previous one, another goal, or
-- a call after the goal was reached, starts a new bar.
return function(current, goal)
  if type(current) ~= 'number' or type(goal) ~= 'number' or goal ~= goal or goal <= 0 then
    error(('xlua.progress: number and positive goal expected, got %s and %s')
      :format(tostring(current), tostring(goal)), 2)
  end
  current = math.max(0, math.min(current, goal))
  local now = posix.clock(posix.CLOCK_MONOTONIC)
  if last == nil or current < last or goal ~= last_goal then
    if last ~= nil and terminal then io.write('\n') end
    -- A bar that starts at its first step has no time for it yet.
    first, started, drawn = current, now, 0
    terminal = posix.isatty(io.stdout)
  end
  last, last_goal = current, goal
  local finished = current >= goal
  if terminal and (finished or now - drawn >= redraw_interval) then
    drawn = now
    io.write('\r', line(current, goal, now, posix.columns(io.stdout) or default_columns))
  elseif finished then
    io.write(line(current, goal, now, default_columns))
  end
  if finished then
    io.write('\n')
    last = nil
  end
  if finished or drawn == now then io.flush() end
end
