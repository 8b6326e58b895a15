-- Finding mistakes in graphs: pictures of a gModule, of the node that failed in it, and names of
-- nodes after the variables that hold them.

local F = require 'torch.ffi'
local graph = require 'graph'
local nn = require 'nn'
local nngraph = require 'nngraph'
local paths = require 'paths'

local debug, torch = debug, torch

local watched = {}
for _, name in ipairs {'runForwardFunction', 'updateGradInput', 'accGradParameters'} do
  watched[name] = nn.gModule[name]
end

-- A name for the picture of a gModule that no picture has.
local function picture_name(module)
  local name = module.name
    or ('nngraph_%din_%dout'):format(module.nInputs, #module.outnode.children)
  local unique, n = name, 1
  while paths.filep(unique .. '.svg') do
    n = n + 1
    unique = ('%s_%d'):format(name, n)
  end
  return unique
end

-- Draws the graph with the node that failed in red.
local function draw_failure(module)
  local failed, name = module:_running(), picture_name(module)
  local text = module.fg:todot(name)
  for i, node in ipairs(module.fg.nodes) do
    if failed and node.data == failed.data then
      text = text:gsub('}%s*$', ('n%d[style=filled, fillcolor=red];\n}\n'):format(i))
    end
  end
  io.stderr:write(('saving %s.svg\n'):format(name))
  local ok, message = pcall(graph._draw, 'nngraph.setDebug', text, name)
  if not ok then io.stderr:write(tostring(message), '\n') end
end

local function traced(message)
  local has_one = type(message) ~= 'string' or message:find('stack traceback:\n', 1, true)
  return has_one and message or debug.traceback(message, 2)
end

local function checked(f)
  local function finish(module, ok, ...)
    if ok then return ... end
    draw_failure(module)
    error((...), 0)
  end
  return function(self, ...)
    return finish(self, xpcall(f, traced, self, ...))
  end
end

--- Turns debugging on or off: while it is on, an error in an nn.gModule saves a picture of its
-- forward graph, <module.name>.svg, with the node that failed in red, and comes with a traceback.
function nngraph.setDebug(enable)
  for name, f in pairs(watched) do nn.gModule[name] = enable and checked(f) or f end
end

--- Gives nodes that have no name yet the names of the local variables that hold them, at a stack
-- level: 1, the default, is the function that calls annotateNodes.
function nngraph.annotateNodes(stackLevel)
  local level, index = (stackLevel or 1) + 1, 1
  if not debug.getinfo(level, 'S') then
    F.raise('nngraph.annotateNodes: no function at stack level %s', tostring(stackLevel))
  end
  while true do
    local name, value = debug.getlocal(level, index)
    if not name then return end
    if torch.typename(value) == 'nngraph.Node' and not value.data.annotations.name then
      value:annotate({name = name})
    end
    index = index + 1
  end
end

--- Shows the forward graph of an nn.gModule with the desktop's viewer; returns the picture's name.
function nngraph.display(gmodule)
  if not torch.isTypeOf(gmodule, 'nn.gModule') then
    F.raise('nngraph.display: expected an nn.gModule, got %s', torch.type(gmodule))
  end
  return graph._draw('nngraph.display', gmodule.fg:todot(gmodule.name))
end
