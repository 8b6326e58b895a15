-- Pictures of graphs through the programs of graphviz, which need not be installed for the rest.

local F = require 'torch.ffi'
local graph = require 'graph'
local replace_file = require 'torch.replacefile'

local torch = torch

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Exit status of a shell command; Lua 5.2's os.execute gives it as its third result.
local function run(command)
  local ok, _, status = os.execute(command)
  if type(ok) == 'number' then return ok > 255 and ok / 256 or ok end
  return status
end

local function read(name)
  local file = assert(io.open(name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

local function write(name, text)
  replace_file(name, function(file) file:writeString(text) end)
end

local function check_word(caller, what, value)
  if type(value) ~= 'string' or not value:find('^%a[%w:]*$') then
    F.raise('%s: expected a word as %s, got %s', caller, what, tostring(value))
  end
end

-- What graphviz makes of a description in its language: bytes of the format.
local function render(caller, text, algorithm, format)
  check_word(caller, 'name of a layout program', algorithm)
  check_word(caller, 'format', format)
  local source, result, messages = os.tmpname(), os.tmpname(), os.tmpname()
  write(source, text)
  local status = run(('dot -K%s -T%s -o %s %s 2> %s'):format(algorithm, format, quote(result),
    quote(source), quote(messages)))
  local picture, complaint = read(result), read(messages)
  for _, name in ipairs {source, result, messages} do os.remove(name) end
  if status == 127 then
    F.raise("%s: graphviz is needed for pictures and its program dot was not found; it is Debian's "
      .. 'package graphviz', caller)
  elseif status ~= 0 then
    F.raise('%s: dot -K%s -T%s failed with status %s: %s', caller, algorithm, format,
      tostring(status), complaint)
  end
  return picture
end

-- Opens a file with the desktop's viewer.
local function open(caller, name)
  if run('command -v xdg-open > /dev/null') ~= 0 or run('xdg-open ' .. quote(name)) ~= 0 then
    io.stderr:write(('%s: no viewer could be opened; the picture is %s\n'):format(caller, name))
  end
end

local function check_graph(caller, g)
  if not torch.isTypeOf(g, 'graph.Graph') then
    F.raise('%s: expected a graph.Graph as argument 1, got %s', caller, torch.type(g))
  end
end

--- Writes <name>.dot, a description in graphviz's language, and <name>.svg, the picture of it.
-- Without a name the picture is a temporary file that the desktop's viewer opens. Returns the name
-- of the picture. `caller` is the function that error messages name.
function graph._draw(caller, text, name)
  if name ~= nil and type(name) ~= 'string' then
    F.raise('%s: expected the name of a file without extension, got %s', caller, torch.type(name))
  end
  if name then write(name .. '.dot', text) end
  local picture = render(caller, text, 'dot', 'svg')
  local unique = name or os.tmpname()
  write(unique .. '.svg', picture)
  if not name then
    os.remove(unique)
    open(caller, unique .. '.svg')
  end
  return unique .. '.svg'
end

--- Draws a graph with graphviz: writes <fname>.dot and <fname>.svg; without fname it opens the
-- desktop's viewer. Returns the name of the picture.
function graph.dot(g, title, fname)
  check_graph('graph.dot', g)
  return graph._draw('graph.dot', g:todot(title), fname)
end

--- Draws a graph into a file of the format that its extension names. algorithm: one of graphviz's
-- layout programs (dot, neato, fdp, ...), default dot.
function graph.graphvizFile(g, algorithm, fname)
  check_graph('graph.graphvizFile', g)
  local format = type(fname) == 'string' and fname:match('%.(%w+)$')
  if not format then
    F.raise('graph.graphvizFile: expected a file name with an extension, got %s', tostring(fname))
  end
  write(fname, render('graph.graphvizFile', g:todot(), algorithm or 'dot', format))
end

--- Places of the nodes in a layout by graphviz: a tensor (nodes x 2) of x and y in 0 to 1, where y
-- points upwards.
function graph.graphvizLayout(g, algorithm)
  check_graph('graph.graphvizLayout', g)
  local plain = render('graph.graphvizLayout', g:todot(), algorithm or 'dot', 'plain')
  local width, height = plain:match('^graph %S+ (%S+) (%S+)')
  local positions = torch.zeros(#g.nodes, 2)
  for i, x, y in plain:gmatch('\nnode n(%d+) (%S+) (%S+)') do
    positions[tonumber(i)][1] = tonumber(x) / tonumber(width)
    positions[tonumber(i)][2] = tonumber(y) / tonumber(height)
  end
  return positions
end
