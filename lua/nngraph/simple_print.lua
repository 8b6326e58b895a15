-- nngraph.simple_print: pictures of the forward graph without nodes that only pass on their input.

local F = require 'torch.ffi'
local graph = require 'graph'

local torch = torch

local simple_print = {}

local function is_shown(node)
  local module = node.data and node.data.module
  return module ~= nil and torch.typename(module) ~= 'nn.Identity'
end

-- The graph of the shown nodes; what passes through others is an edge. Nodes keep their data.
local function simplified(g)
  local new, copies = graph.Graph(), {}
  for _, node in ipairs(g.nodes) do
    if is_shown(node) then copies[node] = node.new(node.data) end
  end
  for _, node in ipairs(g.nodes) do
    local queue, first, seen = {unpack(node.children)}, 1, {}
    while copies[node] and queue[first] do
      local child = queue[first]
      if copies[child] and not seen[child] then
        new:add(graph.Edge(copies[node], copies[child]))
      elseif not seen[child] then
        for _, next_child in ipairs(child.children) do queue[#queue + 1] = next_child end
      end
      seen[child] = true
      first = first + 1
    end
  end
  for _, node in ipairs(g.nodes) do
    local copy = copies[node]
    if copy and not new.nodes[copy] then -- it has no edges
      local place = #new.nodes + 1
      new.nodes[place], new.nodes[copy], copy.id = copy, place, place
    end
  end
  return new
end

local function check(name, g)
  if not torch.isTypeOf(g, 'graph.Graph') then
    F.raise('nngraph.simple_print.%s: expected a graph.Graph as argument 1, got %s', name,
      torch.type(g))
  end
end

--- The simplified graph in graphviz's language.
function simple_print.todot(g, title)
  check('todot', g)
  return simplified(g):todot(title)
end

--- Draws the simplified graph; see graph.dot.
function simple_print.dot(g, title, fname)
  check('dot', g)
  return graph._draw('nngraph.simple_print.dot', simplified(g):todot(title), fname)
end

return simple_print
