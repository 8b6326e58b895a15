-- Package gnuplot: plots by the program of that name. A figure is on a window where there is a
-- screen, drawn in characters on a terminal where there is none, or a PNG, SVG, EPS or PDF file.

local F = require 'torch.ffi'
require 'torch'
local Figure = require 'gnuplot.figure'
local curves = require 'gnuplot.curves'
local program = require 'gnuplot.program'
local quote = require('gnuplot.text').quote
local surfaces = require 'gnuplot.surfaces'

local gnuplot = {histc = require 'gnuplot.histogram'}
_G.gnuplot = gnuplot

local function need_number(caller, n)
  if n ~= nil and (type(n) ~= 'number' or n < 1 or n % 1 ~= 0) then
    F.bad_argument('gnuplot.' .. caller, 1, 'the number of a figure', n)
  end
  return n
end

--- Plots curves: plot([name,] [x,] y [, format]), x and y being vectors, or a matrix whose first
-- column is x and the others y; plot([name,] function [, {low, high}] [, format]); or several
-- curves, each in a table. format: '.' dots, '+' points, '-' lines, '+-' both, '|' boxes, '~'
-- smooth, '~0.5' smoother, 'v' arrows, or a style of gnuplot.
function gnuplot.plot(...)
  local drawing = curves.drawing(...)
  Figure.here():draw(drawing)
end

--- Draws surfaces: splot([name,] z) or splot([name,] x, y, z) with matrices, or several in tables.
function gnuplot.splot(...)
  local drawing = surfaces.splot(...)
  Figure.here():draw(drawing)
end

--- Draws points in space: scatter3([name,] x, y, z) with vectors, or several sets in tables.
function gnuplot.scatter3(...)
  local drawing = surfaces.scatter3(...)
  Figure.here():draw(drawing)
end

--- Shows a matrix as a picture. palette: 'gray' (default), 'color' or a palette of gnuplot.
function gnuplot.imagesc(matrix, palette)
  local drawing = surfaces.imagesc(matrix, palette)
  Figure.here():draw(drawing)
end

--- Plots bars: bar([x,] y).
function gnuplot.bar(...)
  local arguments = {...}
  arguments[#arguments + 1] = '|'
  gnuplot.plot(unpack(arguments))
end

--- Plots the histogram of a tensor and returns it; see gnuplot.histc.
function gnuplot.hist(tensor, bins, low, high)
  local histogram = gnuplot.histc(tensor, bins, low, high)
  local centres = histogram.raw:clone()
  for i, entry in ipairs(histogram) do centres[i] = entry.val end
  gnuplot.bar(centres, histogram.raw)
  return histogram
end

--- Makes figure n the current one; a new figure where there is none, or without n. Returns its
-- number.
function gnuplot.figure(n)
  need_number('figure', n)
  local self = Figure.get(n)
  if not self.terminal then self:show() end
  return self.n
end

local function file_figure(caller, kind)
  gnuplot[caller] = function(file, n)
    Figure.need_folder(caller, file)
    need_number(caller, n)
    local terminal = program.kind_terminal(kind, caller)
    local self = Figure.get(n)
    self:write_to(file, terminal)
    return self.n
  end
end

--- A figure (n, or a new one) that plotflush writes to a PNG file. Returns its number.
file_figure('pngfigure', 'png')
--- The same for SVG, PDF and EPS files.
file_figure('svgfigure', 'svg')
file_figure('pdffigure', 'pdf')
file_figure('epsfigure', 'eps')

--- Writes the current figure to a .png, .svg, .eps or .pdf file as well.
function gnuplot.figprint(file)
  Figure.need_folder('figprint', file)
  local terminal = program.file_terminal(file, 'figprint')
  if terminal:find('^png') then terminal = terminal .. ' size 1024,768' end
  Figure.here():print(file, terminal)
end

--- Writes the file of figure n (default: the current one); on a terminal, draws what is not drawn.
function gnuplot.plotflush(n)
  need_number('plotflush', n)
  local self = Figure.find(n or Figure.current())
  if not self then return print('no figure ' .. tostring(n)) end
  self:flush()
end

--- Closes figure n (default: the current one). A file that is not written yet is; a window stays.
function gnuplot.close(n)
  need_number('close', n)
  Figure.close(n or Figure.current())
end

--- Closes all figures.
function gnuplot.closeall() Figure.close_all() end

local function labeller(name)
  gnuplot[name] = function(label)
    if type(label) ~= 'string' and type(label) ~= 'number' then
      F.bad_argument('gnuplot.' .. name, 1, 'a text', label)
    end
    Figure.here():set(('set %s %s'):format(name, quote(tostring(label))))
  end
end

--- Titles of the figure and its axes.
labeller 'title'
labeller 'xlabel'
labeller 'ylabel'
labeller 'zlabel'

--- Shows (true, 'on') or hides (false, 'off') a grid.
function gnuplot.grid(toggle)
  local shown = toggle and toggle ~= 'off'
  Figure.here():set(shown and 'set grid' or 'unset grid')
end

local HORIZONTAL = {left = true, right = true, center = true}
local VERTICAL = {bottom = 'bottom', top = 'top', middle = 'center'}

--- Places the names of the curves: 'left', 'right' or 'center', and 'top', 'bottom' or 'middle'.
function gnuplot.movelegend(horizontal, vertical)
  if not HORIZONTAL[horizontal] then
    F.bad_argument('gnuplot.movelegend', 1, "'left', 'right' or 'center'", horizontal)
  end
  if not VERTICAL[vertical] then
    F.bad_argument('gnuplot.movelegend', 2, "'top', 'bottom' or 'middle'", vertical)
  end
  Figure.here():set(('set key %s %s'):format(horizontal, VERTICAL[vertical]))
end

local AXES = {
  auto = 'set size noratio\nset autoscale',
  image = 'set size ratio -1', equal = 'set size ratio -1',
  fill = 'set size noratio',
}

-- An end of an axis: a number, or '' for the one that is there.
local function limit(value)
  if value == '' or value == '*' then return value end
  return tonumber(value) and ('%.15g'):format(value)
    or F.raise("gnuplot.axis: expected a number or '' as a limit, got %s", F.describe(value))
end

--- Sets the axes: 'auto' fits the data, 'image' or 'equal' makes circles round, 'fill' fills the
-- figure, {xmin, xmax, ymin, ymax} are limits, of which '' keeps what is there.
function gnuplot.axis(axis)
  local command = AXES[axis]
  if type(axis) == 'table' and #axis == 4 then
    command = ('set xrange [%s:%s]\nset yrange [%s:%s]')
      :format(limit(axis[1]), limit(axis[2]), limit(axis[3]), limit(axis[4]))
  end
  if not command then
    F.bad_argument('gnuplot.axis', 1, "'auto', 'image', 'equal', 'fill' or four limits", axis)
  end
  Figure.here():set(command)
end

--- Divides the current figure into rows x columns panels, which the drawings that follow fill; what
-- sets titles and axes acts on the last panel drawn. Without arguments: ends that.
function gnuplot.multiplot(rows, columns, title)
  if rows ~= nil then
    for i, count in ipairs {rows, columns or false} do
      if type(count) ~= 'number' or count < 1 or count % 1 ~= 0 then
        F.bad_argument('gnuplot.multiplot', i, 'a number of panels', count)
      end
    end
  end
  Figure.here():divide(rows, columns, title and tostring(title))
end

-- Whether commands lack their end: a brace is open, or the data of a plot of '-'.
local function is_incomplete(text)
  local code = text:gsub("'[^'\n]*'", ''):gsub('"[^"\n]*"', ''):gsub('#[^\n]*', '')
  local opened, closed = select(2, code:gsub('{', '')), select(2, code:gsub('}', ''))
  if opened > closed or text:find('\\%s*$') then return true end
  local name, rest = text:match('%$[%w_]+%s*<<%s*([%w_]+)[^\n]*(.*)$')
  if name and not (rest .. '\n'):find('\n' .. name .. '%s*\n') then return true end
  local inline, ends = 0, select(2, ('\n' .. text .. '\n'):gsub('\n%s*e%f[%s]', ''))
  for line in text:gmatch('[^\n]+') do
    if line:find('^%s*s?plot%s') or line:find('^%s*s?pl?%s') then
      inline = inline + select(2, line:gsub('[\'"]%-[\'"]', ''))
    end
  end
  return inline > ends
end

local unfinished -- commands of raw that lack their end

--- Gives commands to gnuplot as they are; raises its message where they fail. Commands that lack
-- their end (an open brace, data behind a plot of '-') wait for further calls.
function gnuplot.raw(command)
  if type(command) ~= 'string' then F.bad_argument('gnuplot.raw', 1, 'commands', command) end
  local text = unfinished and unfinished .. '\n' .. command or command
  unfinished = text
  if is_incomplete(text) then return end
  unfinished = nil
  Figure.here():raw(text)
end

--- Runs another gnuplot than the one on PATH.
function gnuplot.setgnuplotexe(path) program.set(path) end

--- Makes new figures appear on a terminal of gnuplot, such as 'qt', 'dumb' or 'sixelgd'.
function gnuplot.setterm(terminal) program.set_terminal(terminal) end
gnuplot.setgnuplotterminal = gnuplot.setterm

return gnuplot
