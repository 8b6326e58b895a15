-- The curves that plot draws: arguments in all forms, as data and a command of gnuplot.

local F = require 'torch.ffi'
local torch = require 'torch'
local text = require 'gnuplot.text'

local curves = {}

local STYLES = {
  [''] = '', ['.'] = 'with dots', ['+'] = 'with points', ['-'] = 'with lines',
  ['+-'] = 'with linespoints', ['-+'] = 'with linespoints', ['|'] = 'with boxes',
  ['~'] = 'smooth csplines with lines', csplines = 'smooth csplines with lines',
  v = 'with vectors', V = 'with vectors', vectors = 'with vectors',
}
local OPTIONS = {with = true, smooth = true, using = true, axes = true, every = true, w = true,
  notitle = true}
local SAMPLES = 300
local FORMS = '[name,] [x,] y [, format], [name,] matrix [, format] or '
  .. '[name,] function [, {low, high}] [, format]'

-- How gnuplot writes a format, and the smoothing of '~0.5'.
local function style_of(format)
  if STYLES[format] then return STYLES[format] end
  local smoothing = tonumber(format:match('^~%s*(%S+)$') or format:match('^acsplines%s*(%S*)$'))
  if smoothing then return 'smooth acsplines with lines', smoothing end
  if format:find('\n') then F.raise('gnuplot.plot: a format is one line, got %q', format) end
  if OPTIONS[format:match('^%s*(%a+)')] then return format end
  return 'with ' .. format
end

local function sampled(f, range)
  local low, high = -10, 10
  if range then low, high = range[1], range[2] end
  if type(low) ~= 'number' or type(high) ~= 'number' or low >= high then
    F.raise('gnuplot.plot: expected {low, high} as the range of a function, got {%s, %s}',
      tostring(low), tostring(high))
  end
  local x = torch.linspace(low, high, SAMPLES)
  local y = x:clone()
  for i = 1, SAMPLES do
    local value = f(x[i])
    if type(value) ~= 'number' then
      F.raise('gnuplot.plot: the function gives %s at %g', F.describe(value), x[i])
    end
    y[i] = value
  end
  return x, y
end

-- Takes a curve's arguments apart: name, x (or nil), y, format.
local function parse(list)
  local i, name, format = 1, '', ''
  if type(list[i]) == 'string' then name, i = list[i], i + 1 end
  local x, y
  if type(list[i]) == 'function' then
    local range = type(list[i + 1]) == 'table' and list[i + 1] or nil
    x, y = sampled(list[i], range)
    i = i + (range and 2 or 1)
  else
    y, i = text.tensor(list[i]), i + 1
    local second = y and text.tensor(list[i])
    if second then x, y, i = y, second, i + 1 end
  end
  if type(list[i]) == 'string' then format, i = list[i], i + 1 end
  if not y or list[i] ~= nil then
    F.raise('gnuplot.plot: expected %s, got %s as argument %d of a curve', FORMS,
      F.describe(list[y and i or i - 1]), y and i or i - 1)
  end
  return name, x, y, format
end

-- The columns of a tensor.
local function split(tensor)
  if tensor:dim() == 1 then return {tensor} end
  local columns = {}
  for k = 1, tensor:size(2) do columns[k] = tensor:select(2, k) end
  return columns
end

-- Columns of the data of a curve: x first.
local function columns_of(x, y)
  for _, tensor in ipairs {y, x} do
    text.need_elements('plot', 'a curve', tensor)
    if tensor:dim() > 2 then
      F.raise('gnuplot.plot: vectors and matrices expected, got %s', F.describe(tensor))
    end
  end
  if not x and (y:dim() == 1 or y:size(2) == 1) then
    return {torch.range(1, y:size(1)), split(y)[1]}
  elseif not x then
    return split(y)
  end
  if x:size(1) ~= y:size(1) then
    F.raise('gnuplot.plot: x has size %s but y has size %s', text.size(x), text.size(y))
  end
  local columns = split(x)
  for _, column in ipairs(split(y)) do columns[#columns + 1] = column end
  return columns
end

-- One curve: its table of numbers and what follows its name in the command.
local function curve(list)
  local name, x, y, format = parse(list)
  local style, smoothing = style_of(format)
  local columns = columns_of(x, y)
  local using = ''
  if style == 'with vectors' then
    if #columns ~= 4 then
      F.raise('gnuplot.plot: vectors need x = (x, change of x) and y = (y, change of y), or a '
        .. 'matrix (x, y, change of x, change of y)')
    end
    if x then columns[2], columns[3] = columns[3], columns[2] end
  elseif smoothing then
    using = (' using 1:2:(%s)'):format(text.number(smoothing))
  elseif style:find('^smooth') or STYLES[format] then
    using = ' using 1:2'
  end
  return text.columns(columns), ('%s title %s %s'):format(using, text.quote(name), style)
end

--- The arguments of plot and its kin as a list of curves, each the list of its arguments.
function curves.list(...)
  local first = ...
  if select('#', ...) == 0 then return nil end
  if type(first) ~= 'table' or text.tensor(first) then return {{...}} end
  if type(first[1]) == 'table' and not text.tensor(first[1]) then return first end
  return {...}
end

--- A drawing of the curves that plot's arguments describe.
function curves.drawing(...)
  local list = curves.list(...)
  if not list then F.raise('gnuplot.plot: expected %s', FORMS) end
  local data, parts = {}, {}
  for i, arguments in ipairs(list) do
    if type(arguments) ~= 'table' then
      F.raise('gnuplot.plot: expected a table for curve %d, got %s', i, F.describe(arguments))
    end
    data[i], parts[i] = curve(arguments)
  end
  return {data = data, plot = function(names)
    local commands = {}
    for i, name in ipairs(names) do commands[i] = name .. parts[i] end
    return 'plot ' .. table.concat(commands, ', ')
  end}
end

return curves
