-- Package sys: clocks, shell commands, terminal colours.

local colors = require 'sys.colors'
local paths = require 'paths'
local posix = require 'paths.posix'

local sys = {COLORS = colors, dirname = paths.dirname, concat = paths.concat}
_G.sys = sys

--- Seconds since 1970, with microseconds.
function sys.clock()
  return posix.clock(posix.CLOCK_REALTIME)
end

local started = posix.clock(posix.CLOCK_MONOTONIC)

--- Starts the stop-watch that sys.toc reads.
function sys.tic()
  started = posix.clock(posix.CLOCK_MONOTONIC)
end

--- Seconds since sys.tic; with `verbose` they are printed too.
function sys.toc(verbose)
  local elapsed = posix.clock(posix.CLOCK_MONOTONIC) - started
  if verbose then print(elapsed) end
  return elapsed
end

--- Sleeps for a number of microseconds.
function sys.usleep(microseconds)
  if type(microseconds) ~= 'number' or microseconds ~= microseconds or microseconds < 0 then
    error('sys.usleep: number of microseconds expected, got ' .. tostring(microseconds), 2)
  end
  local stop = posix.clock(posix.CLOCK_MONOTONIC) + microseconds * 1e-6
  local left = microseconds
  while left > 0 do
    posix.usleep(math.min(math.ceil(left), 999999))
    left = (stop - posix.clock(posix.CLOCK_MONOTONIC)) * 1e6
  end
end

--- Sleeps for a number of seconds, which may be fractional.
function sys.sleep(seconds)
  if type(seconds) ~= 'number' or seconds ~= seconds or seconds < 0 then
    error('sys.sleep: number of seconds expected, got ' .. tostring(seconds), 2)
  end
  sys.usleep(seconds * 1e6)
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function trim(text)
  return text:match('^%s*(.-)%s*$')
end

--- Output of a shell command, standard error included, without white space around it.
function sys.execute(command)
  if type(command) ~= 'string' then
    error('sys.execute: command string expected, got ' .. type(command), 2)
  end
  local pipe, message = io.popen('{ ' .. command .. '\n} 2>&1', 'r')
  if not pipe then error('sys.execute: ' .. message, 2) end
  local output = pipe:read('*a')
  pipe:close()
  return trim(output)
end

--- Like sys.execute, but through a temporary file, so that the command has no pipe to fill.
-- what: which part of the output to read, as io's read takes it.
function sys.fexecute(command, what)
  if type(command) ~= 'string' then
    error('sys.fexecute: command string expected, got ' .. type(command), 2)
  end
  local name = os.tmpname()
  os.execute('{ ' .. command .. '\n} > ' .. quote(name) .. ' 2>&1')
  local file, message = io.open(name)
  if not file then error('sys.fexecute: ' .. message, 2) end
  local output = file:read(what or '*all') or ''
  file:close()
  os.remove(name)
  return type(output) == 'string' and trim(output) or output
end

local systems = {linux = 'linux', darwin = 'macos', windows = 'windows'}

--- The operating system: 'linux', 'macos', 'windows' or '?'.
function sys.uname()
  return systems[paths.uname():lower()] or '?'
end

sys.OS = sys.uname()

local function lister(name, flags)
  return function(directory)
    directory = directory or '.'
    if type(directory) ~= 'string' then
      error(('sys.%s: directory name expected, got %s'):format(name, type(directory)), 2)
    end
    return sys.execute('ls ' .. flags .. ' -- ' .. quote(directory))
  end
end

--- Listing of a directory (default: the current one) by the ls command, as a string.
sys.ls = lister('ls', '')
--- Listing with details.
sys.ll = lister('ll', '-l')
--- Listing with hidden names.
sys.la = lister('la', '-a')
--- Listing with details and hidden names.
sys.lla = lister('lla', '-la')

--- Directory above that of the running executable.
sys.prefix = paths.dirname(paths.execdir())

--- Directory and name of the file of the calling function.
function sys.fpath()
  local file = paths.thisfile(nil, 3)
  if not file then error('sys.fpath: the calling function is in no file', 2) end
  return paths.dirname(file), paths.basename(file)
end

--- Pieces of a string between the matches of a Lua pattern. Empty pieces count, save one before a
-- separator at the very start or after one at the very end.
function sys.split(text, pattern)
  if type(text) ~= 'string' or type(pattern) ~= 'string' then
    error(('sys.split: string and pattern expected, got %s and %s')
      :format(type(text), type(pattern)), 2)
  end
  local pieces, from = {}, 1
  while true do
    local first, last = text:find(pattern, from)
    if not first then break end
    if last < first then error('sys.split: the pattern matches the empty string', 2) end
    if first > 1 then pieces[#pieces + 1] = text:sub(from, first - 1) end
    from = last + 1
  end
  if from <= #text then pieces[#pieces + 1] = text:sub(from) end
  return pieces
end

--- Whether a number is not a number.
function sys.isNaN(number)
  return number ~= number
end

return sys
