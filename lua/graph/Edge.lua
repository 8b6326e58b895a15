-- graph.Edge: a directed edge between two nodes, with a weight.

local F = require 'torch.ffi'

local torch = torch

local Edge = torch.class('graph.Edge')

local function check_node(node, n)
  if not torch.isTypeOf(node, 'graph.Node') then
    F.raise('graph.Edge: expected a graph.Node as argument %d, got %s', n, torch.type(node))
  end
end

--- An edge from one graph.Node to another; weight is a number, default 0.
function Edge:__init(from, to, weight)
  check_node(from, 1)
  check_node(to, 2)
  self.from, self.to = from, to
  self.weight = weight or 0
end
