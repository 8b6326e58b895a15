-- Making an nn.gModule: the nodes before its inputs and behind its outputs, and checks of the nodes
-- between them.

local F = require 'torch.ffi'
local calls = require 'nngraph.calls'
local nngraph = require 'nngraph'
local search = require 'graph.search'

local raise = F.raise
local torch = torch

local build = {}

local function check_list(list, what)
  if type(list) ~= 'table' or torch.typename(list) then
    raise('nn.gModule: expected a list of nodes as %s, got %s', what, torch.type(list))
  end
  local n = calls.length(list)
  if n == 0 then raise('nn.gModule: no %s', what) end
  for i = 1, n do calls.check_node(list[i], what, i) end
  for i = 1, n do
    for k = 1, i - 1 do
      if list[i] == list[k] then
        raise("nn.gModule: Don't pass the same node twice: %s %d and %d are %s", what, k, i,
          list[i]:_describe())
      end
    end
  end
end

-- Inputs have no inputs of their own; returns them as a set.
local function check_inputs(inputs)
  local set = {}
  for i, node in ipairs(inputs) do
    set[node] = true
    if #node.children > 0 then
      raise('nn.gModule: an input should have no inputs: inputs[%d] (%s) has %d', i,
        node:_describe(), #node.children)
    end
  end
  return set
end

-- The nodes that the outputs depend on, as a set of their data.
local function check_reached(is_input, outputs)
  local looped = search.cycle(outputs)
  if looped then raise('nn.gModule: Graph has cycles, one through %s', looped:_describe()) end
  local inside, uses, queue, first = {}, {}, {}, 1
  local function reach(node)
    if not inside[node.data] then
      inside[node.data] = true
      queue[#queue + 1] = node
    end
    uses[node] = (uses[node] or 0) + 1
  end
  for _, node in ipairs(outputs) do reach(node) end
  while queue[first] do
    local node = queue[first]
    if #node.children == 0 and not is_input[node] then
      raise('nn.gModule: a node without inputs is not among the inputs of the gModule: %s',
        node:_describe())
    end
    for _, child in ipairs(node.children) do reach(child) end
    first = first + 1
  end
  for _, node in ipairs(queue) do
    local data = node.data
    if data.nSplitOutputs and data.nSplitOutputs ~= uses[node] then
      raise('%d of split(%d) outputs from the node declared at %s are unused',
        data.nSplitOutputs - uses[node], data.nSplitOutputs, data.annotations._debugLabel)
    end
  end
  return inside
end

-- Every node that takes an input, or what follows from it, leads to an output.
local function check_dangling(inputs, inside)
  local queue, seen, first = {unpack(inputs)}, {}, 1
  while queue[first] do
    local annotations = queue[first].data.annotations
    if not inside[queue[first].data] then
      raise('node declared on %s does not connect to gmodule output%s', annotations._debugLabel,
        annotations.name and ': ' .. annotations.name or '')
    end
    for follower in pairs(queue[first].data.reverseMap or {}) do
      if not seen[follower] then
        seen[follower] = true
        queue[#queue + 1] = follower
      end
    end
    first = first + 1
  end
end

--- A node that takes the outputs. A new node that feeds the inputs is put before them. Raises where
-- the lists, or the nodes between them, do not make a network, and changes nothing then.
function build.outnode(inputs, outputs)
  check_list(inputs, 'inputs')
  check_list(outputs, 'outputs')
  local is_input = check_inputs(inputs)
  check_dangling(inputs, check_reached(is_input, outputs))
  local outnode, innode = nngraph.Node({input = {}}), nngraph.Node({input = {}})
  for _, node in ipairs(outputs) do outnode:add(node, true) end
  local sources = #inputs == 1 and {innode} or {innode:split(#inputs)}
  for i, node in ipairs(inputs) do node:add(sources[i], true) end
  return outnode
end

--- Sets the fields that gModules saved by older versions lack.
function build.complete(module)
  if not module.modules then
    module.modules = {}
    for _, node in ipairs(module.forwardnodes) do
      if node.data.module then table.insert(module.modules, node.data.module) end
    end
  end
  if not module.nInputs then
    local children = module.innode.children
    local only = #children == 1 and children[1].data
    module.nInputs = only and only.nSplitOutputs or #children
  end
end

return build
