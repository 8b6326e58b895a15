-- Which gnuplot is run, what it can write, and on which terminal figures appear.

local F = require 'torch.ffi'
local paths = require 'paths'
local posix = require 'paths.posix'
local Process = require 'gnuplot.process'

local program = {}

local executable, terminals, version, chosen

-- Terminals with windows, the best first.
local WINDOWS = {'qt', 'wxt', 'x11', 'aqua'}

-- Terminals for each kind of file, the best first.
local FILES = {
  png = {'pngcairo enhanced', 'png enhanced'},
  svg = {'svg enhanced'},
  eps = {'postscript eps enhanced color', 'epscairo enhanced'},
  pdf = {'pdfcairo enhanced color', 'pdf enhanced color'},
}

-- Set at the start of each gnuplot, unless the user has settings of her own in ~/.gnuplot.
local STYLE = 'set style data linespoints\nset style function lines\nset samples 300'

local function examine()
  local process = Process.start(executable)
  version = tonumber(process:ask('GPVAL_VERSION')) or 0
  terminals = ' ' .. process:ask('GPVAL_TERMINALS') .. ' '
  process:close()
  if version < 5 then
    F.raise('gnuplot: version 5 or later is needed, %s has %s', executable, tostring(version))
  end
end

local function find()
  if executable then return end
  executable = paths.findprogram('gnuplot')
  if not executable then
    F.raise('gnuplot: the program gnuplot is not installed (Debian: gnuplot-nox)')
  end
  local ok, message = pcall(examine)
  if ok then return end
  executable = nil
  error(message, 0)
end

--- Runs another program than the gnuplot on PATH from now on.
function program.set(path)
  if type(path) ~= 'string' then F.bad_argument('gnuplot.setgnuplotexe', 1, 'a path', path) end
  if not paths.filep(path) then F.raise('gnuplot.setgnuplotexe: there is no program %s', path) end
  local before = executable
  executable = paths.concat(path)
  local ok, message = pcall(examine)
  if ok then return end
  executable = before
  if before then examine() end
  error(message, 0)
end

--- Starts gnuplot with the settings that figures begin with.
function program.start()
  find()
  local process = Process.start(executable)
  process.has_printerr = version >= 5.4
  process:run('set encoding utf8')
  if not (paths.home and paths.filep(paths.home .. '/.gnuplot')) then process:run(STYLE) end
  return process
end

--- Whether this gnuplot has a terminal, given by name, perhaps with options.
function program.has(terminal)
  find()
  return terminals:find(' ' .. terminal:match('^%s*(%S*)') .. ' ', 1, true) ~= nil
end

--- Makes figures appear on a terminal: a name, perhaps with options.
function program.set_terminal(terminal)
  if type(terminal) ~= 'string' or not terminal:find('^%s*%a') or terminal:find('\n') then
    F.bad_argument('gnuplot.setterm', 1, 'the name of a terminal', terminal)
  end
  if not program.has(terminal) then
    F.raise('gnuplot.setterm: this gnuplot has no terminal %s, it has%s', terminal,
      terminals:gsub(' $', ''))
  end
  chosen = terminal
end

-- The characters of the terminal, on which dumb draws.
local function characters()
  return ('dumb size %d,%d'):format(math.min(posix.columns(io.stdout) or 79, 120) - 1, 24)
end

--- Terminal for figure n: the chosen one, a window where there is a screen, else characters.
function program.terminal(n)
  find()
  local name = chosen
  if not name and (os.getenv 'DISPLAY' or os.getenv 'WAYLAND_DISPLAY') then
    for _, window in ipairs(WINDOWS) do name = name or program.has(window) and window end
  end
  if not name then return characters() end
  for _, window in ipairs(WINDOWS) do
    if name == window then return ('%s %d'):format(name, n) end
  end
  return name == 'dumb' and characters() or name
end

--- Terminal that writes the kind of file which a name's extension says.
function program.file_terminal(name, caller)
  find()
  local kind = (paths.extname(name) or ''):lower()
  return program.kind_terminal(kind, caller)
end

--- Terminal that writes files of a kind: png, svg, eps or pdf.
function program.kind_terminal(kind, caller)
  if not FILES[kind] then
    F.raise("gnuplot.%s: files end in .png, .svg, .eps or .pdf, not '.%s'", caller, kind)
  end
  for _, terminal in ipairs(FILES[kind]) do
    if program.has(terminal) then return terminal end
  end
  F.raise('gnuplot.%s: this gnuplot cannot write %s files', caller, kind)
end

return program
