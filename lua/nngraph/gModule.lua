-- nn.gModule: the nodes between given input and output nodes as a module. Its fields, all saved:
--   fg, bg                       forward graph, backward graph; their nodes share `data`
--   innode, outnode              nodes that take the input (in fg) and the outputs (in bg)
--   forwardnodes, backwardnodes  the nodes of fg and bg in topological order
--   modules                      the modules in the order of forwardnodes
--   nInputs, verbose, name       verbose: print each node that ran; name: of pictures

local F = require 'torch.ffi'
local build = require 'nngraph.build'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local gModule, parent = torch.class('nn.gModule', 'nn.Container')

--- inputs, outputs: lists of nodes. Several inputs or outputs are a table in forward and backward.
function gModule:__init(inputs, outputs)
  parent.__init(self)
  local outnode = build.outnode(inputs, outputs)
  self.bg = outnode:graph()
  self.fg = self.bg:reverse()
  self.innode, self.outnode = self.fg:roots()[1], outnode
  self.verbose = false
  self.nInputs = #inputs
  self.forwardnodes = self.fg:topsort()
  self.backwardnodes = self.bg:topsort()
  for _, node in ipairs(self.forwardnodes) do
    local data = node.data
    data.forwardNodeId, data.reverseMap = node.id, nil
    if data.module then self:add(data.module) end
  end
end

--- Calls f(module, other) on the modules of this gModule and those of another of the same form.
function gModule:map(other, f)
  for i, node in ipairs(self.forwardnodes) do
    local theirs = other.forwardnodes[i]
    if not theirs or (node.data.module == nil) ~= (theirs.data.module == nil) then
      raise('nn.gModule:map: the two gModules differ in their node %d', i)
    end
    if node.data.module then f(node.data.module, theirs.data.module) end
  end
end

--- Replaces every module by what callback(module) returns; returns the new outermost one.
function gModule:replace(callback)
  local out = callback(self)
  if not out.forwardnodes then return out end
  local replaced = {}
  for _, node in ipairs(out.forwardnodes) do
    local module = node.data.module
    if module then
      replaced[module] = replaced[module] or module:replace(callback)
      node.data.module = replaced[module]
    end
  end
  for i, module in ipairs(out.modules) do out.modules[i] = replaced[module] or module end
  return out
end

function gModule:type(type_name, tensorCache)
  if not type_name then return self._type end
  tensorCache = tensorCache or {}
  parent.type(self, type_name, tensorCache)
  for _, node in ipairs(self.forwardnodes) do
    local data = node.data
    for _, field in ipairs {'input', 'gradOutput', 'gradOutputBuffer'} do
      data[field] = nn.utils.recursiveType(data[field], type_name, tensorCache)
    end
  end
  return self
end

--- Drops what forward and backward keep. Inputs and gradients that others own are left as they are.
function gModule:clearState()
  for _, module in ipairs(self.modules) do module:clearState() end
  for _, node in ipairs(self.forwardnodes) do
    local data = node.data
    data.input, data.gradOutput, data.gradOutputBuffer = nil, nil, nil
  end
  local empty = torch.getmetatable(self._type).new
  self.output, self.gradInput = empty(), empty()
  return self
end

--- Reads the fields that write wrote; files of older versions lack some.
function gModule:read(file)
  parent.read(self, file)
  build.complete(self)
end

--- The field `name`, or the class.
function gModule:__tostring__()
  return self.name or torch.type(self)
end

require 'nngraph.running'
