-- nngraph: networks as graphs. Calling a module makes a node of it, nn.gModule makes a module of
-- the nodes between given inputs and outputs.

require 'nn'
require 'graph'

local nngraph = rawget(_G, 'nngraph') or {}
_G.nngraph = nngraph
package.loaded.nngraph = nngraph

require 'nngraph.Node'
require 'nngraph.gModule'
require 'nngraph.JustTable'
require 'nngraph.JustElement'
require 'nngraph.ModuleFromCriterion'
require 'nngraph.calls'
nngraph.simple_print = require 'nngraph.simple_print'
require 'nngraph.debugging'

return nngraph
