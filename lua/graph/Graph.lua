-- graph.Graph: nodes and edges, each a list in the order of adding and a map to the places in it.

local F = require 'torch.ffi'
local graph = require 'graph'
local search = require 'graph.search'

local torch = torch

local Graph = torch.class('graph.Graph')

function Graph:__init()
  self.nodes, self.edges = {}, {}
end

local function append(list, x)
  if not list[x] then
    local place = #list + 1
    list[place], list[x] = x, place
  end
  return list[x]
end

--- Adds a graph.Edge and its nodes, or each edge of a list.
function Graph:add(edge)
  if torch.isTypeOf(edge, 'graph.Edge') then
    append(self.edges, edge)
    edge.from.id = append(self.nodes, edge.from)
    edge.to.id = append(self.nodes, edge.to)
    edge.from:add(edge.to)
  elseif type(edge) == 'table' and not torch.typename(edge) then
    for _, one in ipairs(edge) do self:add(one) end
  else
    F.raise('graph.Graph:add: expected a graph.Edge or a list of them, got %s', torch.type(edge))
  end
end

-- A graph of new nodes with the data of these, and a map from these nodes to the new ones.
local function copy(self, reversed)
  local new, map = graph.Graph(), {}
  for _, edge in ipairs(self.edges) do
    for _, node in ipairs {edge.from, edge.to} do
      map[node] = map[node] or node.new(node.data)
    end
    local from, to = map[edge.from], map[edge.to]
    if reversed then from, to = to, from end
    new:add(edge.new(from, to, edge.weight))
  end
  return new, map
end

--- A graph of new nodes and edges; data are shared.
function Graph:clone()
  return (copy(self, false))
end

--- A graph of new nodes with every edge turned round; data are shared. A second result maps the
-- nodes to the new ones.
function Graph:reverse()
  return copy(self, true)
end

-- Nodes that are `near` end of some edge and `far` end of none, in the graph's order.
local function ends(self, near, far)
  local is_far, list, seen = {}, {}, {}
  for _, edge in ipairs(self.edges) do is_far[edge[far]] = true end
  for _, edge in ipairs(self.edges) do
    local node = edge[near]
    if not is_far[node] and not seen[node] then
      seen[node] = true
      list[#list + 1] = node
    end
  end
  table.sort(list, function(a, b) return self.nodes[a] < self.nodes[b] end)
  return list
end

--- Nodes that no edge leads to.
function Graph:roots()
  return ends(self, 'from', 'to')
end

--- Nodes that no edge leads away from.
function Graph:leaves()
  return ends(self, 'to', 'from')
end

--- Whether the graph has a cycle.
function Graph:hasCycle()
  return search.cycle(self.nodes) ~= nil
end

--- The nodes in an order in which every node comes after those with edges to it; then the reversed
-- graph and its roots. Raises for a graph with a cycle.
function Graph:topsort()
  local node = search.cycle(self.nodes)
  if node then
    F.raise('graph.Graph:topsort: Graph has cycles, one of them through %s', node:graphNodeName())
  end
  local reversed, map = self:reverse()
  local original, sorted, roots = {}, {}, reversed:roots()
  for old, new in pairs(map) do original[new] = old end
  for _, root in ipairs(roots) do
    search.postorder(root, function(new) sorted[#sorted + 1] = original[new] end)
  end
  for _, new in ipairs(reversed.nodes) do new.visited = false end
  return sorted, reversed, roots
end

local escapes = {['"'] = '\\"', ['\n'] = '\\n', ['\r'] = ''}

-- Text in quotes; graphviz's own escapes (\n, \l, ...) keep their meaning.
local function quoted(text)
  text = text:gsub('\\(.?)', function(following)
    return (following:find('^[lnrGNTEHL\\]$') and '\\' or '\\\\') .. following
  end)
  return '"' .. text:gsub('["\n\r]', escapes) .. '"'
end

--- Text as an identifier of graphviz's language: as it is where it is a word, otherwise in quotes.
function graph._dotEscape(text)
  text = tostring(text)
  return text:find('^%a%w*$') and text or quoted(text)
end

local function attribute_text(node)
  local attributes = {'label=' .. quoted(node:graphNodeName() .. '\\n' .. node:label())}
  for name, value in pairs(node:graphNodeAttributes()) do
    attributes[#attributes + 1] = ('%s=%s'):format(graph._dotEscape(name), graph._dotEscape(value))
  end
  table.sort(attributes)
  return table.concat(attributes, ' ')
end

--- The graph in graphviz's language; node i is called n<i>.
function Graph:todot(title)
  local lines = {'digraph G {'}
  if title then
    lines[#lines + 1] = ('labelloc="t";\nlabel=%s;'):format(graph._dotEscape(title))
  end
  lines[#lines + 1] = 'node [shape = oval];'
  for i, node in ipairs(self.nodes) do
    lines[#lines + 1] = ('n%d[%s];'):format(i, attribute_text(node))
  end
  for _, edge in ipairs(self.edges) do
    lines[#lines + 1] = ('n%d -> n%d;'):format(self.nodes[edge.from], self.nodes[edge.to])
  end
  lines[#lines + 1] = '}\n'
  return table.concat(lines, '\n')
end
