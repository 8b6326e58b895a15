-- Curves drawn by the program gnuplot, for optim.Logger.

local paths = require 'paths'
local sys = require 'sys'

local styles = {
  ['.'] = 'with dots', ['+'] = 'with points', ['-'] = 'with lines', ['+-'] = 'with linespoints',
  ['~'] = 'smooth csplines with lines', ['|'] = 'with boxes',
}

-- Terminals to try for each kind of file, the best first.
local terminals = {
  png = {'pngcairo', 'png'},
  svg = {'svg'},
  eps = {'postscript eps color', 'epscairo'},
  pdf = {'pdfcairo'},
}

local function quote(text)
  return "'" .. text:gsub("'", "''") .. "'"
end

local function shell_quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function run(program, script, flags)
  local name = paths.tmpname()
  local file, message = io.open(name, 'w')
  if not file then error('optim.Logger.plot: ' .. message, 0) end
  file:write(script)
  file:close()
  local output = sys.execute(shell_quote(program) .. flags .. shell_quote(name) .. ' && echo DONE')
  os.remove(name)
  if not output:find('DONE$') then
    error('optim.Logger.plot: gnuplot failed: ' .. output, 0)
  end
  return output
end

local function terminal_for(program, file, known)
  local kind = paths.extname(file)
  if not known.names then
    known.names = ' ' .. run(program, 'print GPVAL_TERMINALS\n', ' ') .. ' '
  end
  for _, terminal in ipairs(terminals[kind] or {}) do
    if known.names:find(' ' .. terminal:match('^%S+') .. ' ', 1, true) then return terminal end
  end
  error(('optim.Logger.plot: this gnuplot cannot write %s files (%s)'):format(tostring(kind), file),
    0)
end

-- Commands that draw the curves, whose points stand in the script itself.
local function commands(curves, options)
  local lines, plots, data = {}, {}, {}
  if options.logscale then lines[#lines + 1] = 'set logscale y' end
  for i, curve in ipairs(curves) do
    data[#data + 1] = ('$curve%d << EOD'):format(i)
    for _, point in ipairs(curve.points) do
      data[#data + 1] = ('%.17g %.17g'):format(point[1], point[2])
    end
    data[#data + 1] = 'EOD'
    plots[i] = ('$curve%d using 1:2 title %s %s')
      :format(i, quote(curve.title), styles[curve.style] or curve.style)
  end
  lines[#lines + 1] = 'set grid'
  lines[#lines + 1] = table.concat(data, '\n')
  lines[#lines + 1] = 'plot ' .. table.concat(plots, ', ')
  return table.concat(lines, '\n') .. '\n'
end

local function draw(curves, options)
  if #curves == 0 then error('optim.Logger.plot: no numbers to plot', 0) end
  local program = paths.findprogram('gnuplot')
  if not program then
    error('optim.Logger.plot: the program gnuplot is not installed (Debian: gnuplot-nox)', 0)
  end
  local body = commands(curves, options)
  local known = {}
  for _, file in ipairs(options.files) do
    local temporary = file .. '.tmp'
    run(program, ('set terminal %s\nset output %s\n%sset output\n')
      :format(terminal_for(program, file, known), quote(temporary), body), ' ')
    local ok, message = os.rename(temporary, file)
    if not ok then error('optim.Logger.plot: ' .. message, 0) end
  end
  if options.window and (os.getenv 'DISPLAY' or os.getenv 'WAYLAND_DISPLAY') then
    run(program, body, ' -persist ')
  end
end

--- Draws curves, a list of {title =, style =, points = {{x, y}, ...}}, into files (the extension
-- says which kind: png, svg, eps, pdf) and, with window, on the screen if there is one.
-- options: {files = list, window = bool, logscale = bool}. Raises, two levels up, where that fails;
-- a file is replaced only when its plot is complete.
return function(curves, options)
  local ok, message = pcall(draw, curves, options)
  if not ok then error(message, 3) end
end
