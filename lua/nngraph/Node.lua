-- nngraph.Node: a node of a network under construction. Its children are the nodes it takes its
-- inputs from. Its table `data` is shared by the copies of the node in the forward and backward
-- graphs of an nn.gModule:
--   module          the nn.Module of the node; a node without one passes on what it gets
--   mapindex        data of the input nodes, in order, and the place of each in the input
--   annotations     name, description, graphAttributes; _debugLabel: where the node was made
--   nSplitOutputs   number of nodes that split() made for the entries of this node's output
--   selectindex     the entry of the input that a node made by split() gives
--   reverseMap      nodes that take this one as input, until the nn.gModule is made
--   input, gradOutput, gradOutputBuffer    inputs, gradients to be summed, and their sum

local F = require 'torch.ffi'
local nngraph = require 'nngraph'

local torch = torch

local Node, parent = torch.class('nngraph.Node', 'graph.Node')

function Node:__init(data)
  parent.__init(self, data)
  data.annotations = data.annotations or {}
  data.mapindex = data.mapindex or {}
  local annotations = data.annotations
  annotations._debugLabel = annotations._debugLabel or (F.caller() or '[?]:0') .. '_'
end

--- What the node is, for messages: its name or the class of its module, and where it was made.
function Node:_describe()
  local data = self.data
  local annotations = data.annotations
  local name = annotations.name or data.module and torch.type(data.module) or 'a node'
  return ('%s, declared at %s'):format(name, (annotations._debugLabel:gsub('_$', '')))
end

--- Adds a child. With domap it is the next input of this node; a node can be an input only once.
function Node:add(child, domap)
  if domap then
    local mapindex, data = self.data.mapindex, child.data
    if mapindex[data] then
      F.raise("nngraph: Don't pass the same input twice (the second can be an nn.Identity): %s",
        child:_describe())
    end
    local place = #mapindex + 1
    mapindex[place], mapindex[data] = data, place
    data.reverseMap = data.reverseMap or {}
    data.reverseMap[self] = true
  end
  parent.add(self, child)
end

--- n nodes for the n entries of this node's output, a table.
function Node:split(n)
  if type(n) ~= 'number' or n < 1 or n % 1 ~= 0 then
    F.raise('nngraph.Node:split: expected an integer of 1 or more, got %s', tostring(n))
  end
  if n == 1 then return nngraph.JustElement()(self) end
  local label = ('%s split at %s'):format(self.data.annotations._debugLabel, F.caller() or '[?]:0')
  local whole = nngraph.Node({nSplitOutputs = n, annotations = {_debugLabel = label .. '-mnode'}})
  whole:add(self, true)
  local entries = {}
  for i = 1, n do
    entries[i] = nngraph.Node({selectindex = i, input = {},
      annotations = {_debugLabel = label .. '-' .. i}})
    entries[i]:add(whole, true)
  end
  return unpack(entries)
end

--- Sets annotations: name, description, graphAttributes (a table of attributes for graphviz: color,
-- style, fontcolor, tooltip, ...), or others.
function Node:annotate(annotations)
  if type(annotations) ~= 'table' then
    F.raise('nngraph.Node:annotate: expected a table of annotations, got %s',
      F.describe(annotations))
  end
  for key, value in pairs(annotations) do self.data.annotations[key] = value end
  return self
end

function Node:graphNodeName()
  local name, id = self.data.annotations.name, tostring(self.id)
  return name and ('%s (%s)'):format(name, id) or 'Node' .. id
end

function Node:graphNodeAttributes()
  local annotations = self.data.annotations
  annotations.graphAttributes = annotations.graphAttributes or {}
  local attributes = annotations.graphAttributes
  attributes.tooltip = attributes.tooltip or annotations._debugLabel
  return attributes
end

-- What is wrong with the elements of a tensor, or ''.
local function trouble(t)
  if t:nElement() == 0 then return '' end
  if t:ne(t):any() then return 'NaN' end
  if t:max() == math.huge then return 'inf' end
  return t:min() == -math.huge and '-inf' or ''
end

local function text_of(value)
  if torch.isTensor(value) then
    local class = torch.type(value)
    return ('%s[%s]%s'):format(class == torch.getdefaulttensortype() and 'Tensor' or class,
      table.concat(value:size():totable(), 'x'), trouble(value))
  elseif type(value) == 'table' and not torch.typename(value) then
    local texts = {}
    for i, entry in ipairs(value) do texts[i] = text_of(entry) end
    return '{' .. table.concat(texts, ',') .. '}'
  end
  return (tostring(value):gsub('\n', '\\l'))
end

local function names_of(mapindex)
  local names = {}
  for i, data in ipairs(mapindex) do names[i] = 'Node' .. tostring(data.forwardNodeId or '') end
  return '{' .. table.concat(names, ',') .. '}'
end

local unlabelled = {mapindex = true, forwardNodeId = true, annotations = true, reverseMap = true}

--- Text of the node in pictures: its description, module, inputs and gradients, for graphviz.
function Node:label()
  local data, lines = self.data, {}
  for key, value in pairs(data) do
    if not unlabelled[key] then lines[#lines + 1] = key .. ' = ' .. text_of(value) end
  end
  table.sort(lines)
  if #data.mapindex > 1 then lines[#lines + 1] = 'mapindex = ' .. names_of(data.mapindex) end
  local description = data.annotations.description
  return (description and 'desc = ' .. description .. '\\n' or '') .. table.concat(lines, '\\l')
end
