-- graph.Node: a node with data of any kind and a list of children. The list is a map too:
-- children[child] is the child's place.

local F = require 'torch.ffi'
local graph = require 'graph'
local search = require 'graph.search'

local torch = torch

local Node = torch.class('graph.Node')

--- id: a number that names the node in pictures; graphs set it to the node's place in them.
function Node:__init(data, id)
  self.data = data
  self.id = id
  self.children = {}
  self.visited, self.marked = false, false
end

--- Adds a child, or each of a list. A node that is a child already is not added again.
function Node:add(child)
  if torch.isTypeOf(child, 'graph.Node') then
    local children = self.children
    if not children[child] then
      local place = #children + 1
      children[place], children[child] = child, place
    end
  elseif type(child) == 'table' and not torch.typename(child) then
    for _, one in ipairs(child) do self:add(one) end
  else
    F.raise('%s:add: expected a graph.Node or a list of them, got %s', torch.type(self),
      torch.type(child))
  end
end

--- Calls pre(node), visits the children, then calls post(node); either may be nil. Nodes whose
-- field `visited` is true are passed over; pre or post may set it.
function Node:visit(pre, post)
  if self.visited then return end
  if pre then pre(self) end
  for _, child in ipairs(self.children) do child:visit(pre, post) end
  if post then post(self) end
end

--- Text of the node in pictures.
function Node:label()
  return tostring(self.data)
end

--- Heading of the node in pictures.
function Node:graphNodeName()
  return 'Node' .. tostring(self.id)
end

--- Attributes of the node for graphviz.
function Node.graphNodeAttributes()
  return {}
end

--- The graph of this node and all that can be reached from it.
function Node:graph()
  local g = graph.Graph()
  self:bfs(function(node)
    for _, child in ipairs(node.children) do g:add(graph.Edge(node, child)) end
  end)
  return g
end

--- Calls f on every node that can be reached and is not `visited`, children before their parents.
-- The nodes stay marked as visited; returns them in that order.
function Node:dfs_dirty(f)
  return search.postorder(self, f)
end

--- Like dfs_dirty, and removes the marks.
function Node:dfs(f)
  for _, node in ipairs(self:dfs_dirty(f)) do node.visited = false end
end

--- Calls f on every node that can be reached and is not `marked`, the nearest first. The nodes stay
-- marked; returns them in that order.
function Node:bfs_dirty(f)
  local queue, first = {self}, 1
  self.marked = true
  while queue[first] do
    local node = queue[first]
    f(node)
    for _, child in ipairs(node.children) do
      if not child.marked then
        child.marked = true
        queue[#queue + 1] = child
      end
    end
    first = first + 1
  end
  return queue
end

--- Like bfs_dirty, and removes the marks.
function Node:bfs(f)
  for _, node in ipairs(self:bfs_dirty(f)) do node.marked = false end
end

--- Whether a cycle can be reached from this node.
function Node:hasCycle()
  return search.cycle({self}) ~= nil
end
