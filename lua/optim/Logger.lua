-- optim.Logger: numbers of a training run in a text file, a column each, and plots of them. Every
-- name and value is followed by a tab.

local class = require 'torch.class'
local log_line = require 'torch.logline'
local paths = require 'paths'

local next = next

local Logger = class.class('optim.Logger')

local function make_directory(directory)
  if paths.dirp(directory) then return end
  make_directory(paths.dirname(directory))
  local ok, message = paths.mkdir(directory)
  if not ok and not paths.dirp(directory) then
    error(('cannot make directory %s: %s'):format(directory, message), 0)
  end
end

--- filename: the log, written anew; its directory is made where it is missing. Without it lines go
-- to the standard output. timestamp: add the time to the name.
function Logger:__init(filename, timestamp)
  if filename ~= nil then
    if type(filename) ~= 'string' then
      error('optim.Logger: file name expected, got ' .. class.type(filename), 3)
    end
    if timestamp then filename = filename .. '-' .. os.date('%Y_%m_%d_%H:%M:%S') end
    local ok, message = pcall(make_directory, paths.dirname(filename))
    local file
    if ok then file, message = io.open(filename, 'w') end
    if not file then error('optim.Logger: ' .. tostring(message), 3) end
    self.file = file
    self.name = filename
    self.epsfile = filename .. '.eps'
  else
    self.file = io.stdout
    self.name = 'stdout'
    print('<optim.Logger> no file name given, logging to the standard output')
  end
  self.empty = true
  self.symbols = {}
  self.styles = {}
  self.names = {}
  self.idx = {}
  self.figure = nil
  self.showPlot = true
  self.defaultStyle = '+'
  self.logscale = false
end

-- Writes a whole line at once, so that a reader never sees part of one after a flush.
local function write_line(self, fields)
  local ok, message = log_line(self.file, table.concat(fields, '\t') .. '\t')
  if not ok then error(('optim.Logger: cannot write %s: %s'):format(self.name, message), 3) end
end

--- Names the columns; the first line of the log. Returns the logger.
function Logger:setNames(names)
  if type(names) ~= 'table' then
    error('optim.Logger.setNames: list of names expected, got ' .. class.type(names), 2)
  end
  local line = {}
  for i, name in ipairs(names) do
    self.names[i] = name
    self.symbols[i] = {}
    self.idx[name] = i
    line[i] = tostring(name)
  end
  self.empty = false
  write_line(self, line)
  return self
end

-- Columns of a first line of values without setNames: their keys are the names.
local function name_columns(self, values)
  local names = {}
  for key in pairs(values) do names[#names + 1] = key end
  table.sort(names, function(a, b)
    if type(a) == type(b) then return a < b end
    return type(a) == 'number'
  end)
  self:setNames(names)
  for i, name in ipairs(names) do self.symbols[name] = self.symbols[i] end
end

--- Writes a line: a list of values in the order of the names, or a table of values by name.
function Logger:add(values)
  if type(values) ~= 'table' or next(values) == nil then
    error('optim.Logger.add: table of values expected, got '
      .. (type(values) == 'table' and 'an empty table' or class.type(values)), 2)
  end
  if self.empty then name_columns(self, values) end
  local columns = {}
  for key, value in pairs(values) do
    local column = type(key) == 'number' and key or self.idx[key]
    if not column or not self.symbols[column] then
      error(('optim.Logger.add: there is no column %s, there are %d')
        :format(tostring(key), #self.symbols), 2)
    end
    columns[column] = value
  end
  local line = {}
  for column = 1, #self.symbols do
    local value = columns[column]
    if value == nil then
      error('optim.Logger.add: no value for column ' .. tostring(self.names[column] or column), 2)
    end
    line[column] = type(value) == 'number' and ('%11.4e'):format(value) or tostring(value)
  end
  write_line(self, line)
  for column, value in pairs(columns) do table.insert(self.symbols[column], value) end
end

--- How to plot the columns: '.', '+', '-', '+-', '~' (smoothed), '|' (boxes) or gnuplot styles, in
-- a list or by the names of the columns, for each a style or several in a list; one string is for
-- all columns. Returns the logger.
function Logger:style(styles)
  if type(styles) ~= 'string' and type(styles) ~= 'table' then
    error('optim.Logger.style: list of styles expected, got ' .. class.type(styles), 2)
  end
  if type(styles) == 'string' then
    for i = 1, #self.symbols do self.styles[i] = styles end
    return self
  end
  for key, style in pairs(styles) do
    local column = type(key) == 'number' and key or self.idx[key]
    if not column then
      error('optim.Logger.style: there is no column ' .. tostring(key), 2)
    elseif type(style) ~= 'string' and type(style) ~= 'table' then
      error('optim.Logger.style: style or list of styles expected for column ' .. tostring(key)
        .. ', got ' .. class.type(style), 2)
    end
    self.styles[column] = style
  end
  return self
end

--- Whether the plot's vertical axis is logarithmic.
function Logger:setlogscale(enabled)
  self.logscale = enabled
end

--- Whether plot shows a window where there is a screen; files are written all the same.
function Logger:display(enabled)
  self.showPlot = enabled
end

-- The numbers of a column as curves for gnuplot.plot, one for each of its styles.
local function add_curves(self, curves, column)
  local x, y = {}, {}
  for k, value in ipairs(self.symbols[column]) do
    if type(value) == 'number' then x[#x + 1], y[#y + 1] = k, value end
  end
  if #y == 0 then return end
  local styles = self.styles[column] or self.defaultStyle
  for _, style in ipairs(type(styles) == 'table' and styles or {styles}) do
    table.insert(curves, {tostring(self.names[column] or column), x, y, style})
  end
end

-- Curves of the columns that are named, or of all.
local function curves_of(self, ...)
  local curves, count = {}, select('#', ...)
  for i = 1, count > 0 and count or #self.symbols do
    local name = count > 0 and select(i, ...) or i
    local column = self.idx[name] or name
    if not self.symbols[column] then
      error('optim.Logger.plot: there is no column ' .. tostring(name), 3)
    end
    add_curves(self, curves, column)
  end
  if #curves == 0 then error('optim.Logger.plot: no numbers to plot', 3) end
  return curves
end

--- Plots columns (all, or those that are named) with the package gnuplot: into NAME.png and
-- NAME.eps (self.epsfile), NAME being the log's, and in a window where there is a screen, unless
-- display(false) was called. Raises without the program gnuplot.
function Logger:plot(...)
  local gnuplot = require 'gnuplot'
  local curves = curves_of(self, ...)
  local function draw(figure)
    local ok, message = pcall(function()
      if self.logscale then gnuplot.raw('set logscale y') end
      gnuplot.grid(true)
      gnuplot.title('<Logger::' .. self.name .. '>')
      gnuplot.plot(curves)
      gnuplot.plotflush(figure)
    end)
    if figure ~= self.figure then gnuplot.close(figure) end
    if not ok then error(message, 0) end
  end
  if self.epsfile then
    draw(gnuplot.pngfigure(self.name .. '.png'))
    draw(gnuplot.epsfigure(self.epsfile))
  end
  if self.showPlot and (os.getenv 'DISPLAY' or os.getenv 'WAYLAND_DISPLAY') then
    self.figure = gnuplot.figure(self.figure)
    draw(self.figure)
  end
end

return Logger
