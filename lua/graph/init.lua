-- graph: directed graphs: nodes that carry data, edges, traversal, topological order, and pictures
-- through graphviz.

require 'torch'

local graph = rawget(_G, 'graph') or {}
_G.graph = graph
package.loaded.graph = graph

require 'graph.Node'
require 'graph.Edge'
require 'graph.Graph'
require 'graph.graphviz'

return graph
