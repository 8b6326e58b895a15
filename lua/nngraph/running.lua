-- Running an nn.gModule: forward goes through the nodes in topological order, backward in that of
-- the reversed graph, summing the gradients of nodes that are used more than once. Steps on the
-- same sizes allocate nothing.

local F = require 'torch.ffi'
local nesting = require 'nngraph.nesting'

local raise = F.raise
local torch = torch

local gModule = torch.getmetatable('nn.gModule')

-- The node that each gModule runs, for messages.
local running = setmetatable({}, {__mode = 'k'})

--- The node that runs or failed, of this gModule; nil before it was used.
function gModule:_running()
  return running[self]
end

--- Where an error in a module happened, for its message.
function gModule:_place()
  local node = running[self]
  local number = 0
  for i, module in ipairs(self.modules) do
    if node and module == node.data.module then number = i end
  end
  return ('In %d module of %s%s:\n'):format(number, torch.type(self),
    node and ' (' .. node:_describe() .. ')' or '')
end

-- Forward --------------------------------------------------------------------------------------

local function trace(self, node)
  if self.verbose then print(' V : ' .. node:label()) end
end

-- The entry of the table that a node made by split() gives.
local function selected(node)
  local data = node.data
  local whole = data.input[1]
  local entry = type(whole) == 'table' and whole[data.selectindex]
  if entry == nil or type(whole) ~= 'table' then
    raise('nn.gModule: entry %d of the table to be split is missing in %s (%s)', data.selectindex,
      type(whole) == 'table' and 'a table of ' .. #whole or F.describe(whole), node:_describe())
  end
  return entry
end

local function propagate(node, output)
  local data, children = node.data, node.children
  for k = 1, #children do
    local child = children[k].data
    local input = child.input
    if not input then
      input = {}
      child.input = input
    end
    input[child.mapindex[data]] = output
  end
end

local function set_input(self, input)
  local n, data = self.nInputs, self.innode.data
  local slots = data.input
  if not slots then
    slots = {}
    data.input = slots
  end
  if n == 1 then
    if input == nil then raise('nn.gModule: expecting an input, got nil') end
    slots[1] = input
    return
  end
  if type(input) ~= 'table' or #input ~= n then
    raise('nn.gModule: expecting %d inputs, got %s', n,
      type(input) == 'table' and 'a table of ' .. #input or F.describe(input))
  end
  for i = 1, n do slots[i] = input[i] end
end

--- Runs the graph with func(module, input), or the method of that name, in place of updateOutput.
function gModule:runForwardFunction(func, input)
  set_input(self, input)
  local method = type(func) == 'string' and func
  local nodes = self.forwardnodes
  for i = 1, #nodes do
    local node = nodes[i]
    local data = node.data
    local output
    if data.selectindex then
      output = selected(node)
    else
      output = data.input
      if #output == 1 then output = output[1] end
      local module = data.module
      if module then
        running[self] = node
        if method then
          output = module[method](module, output)
        else
          output = func(module, output)
        end
      end
    end
    propagate(node, output)
    trace(self, node)
  end
  local result = self.outnode.data.input
  if #self.outnode.children == 1 then result = result[1] end
  self.output = result
  return result
end

function gModule:updateOutput(input)
  return self:runForwardFunction('updateOutput', input)
end

-- Backward -------------------------------------------------------------------------------------

-- Sum of the gradients that a node got; nil where there are none.
local function summed(data)
  local gradients = data.gradOutput
  local n = #gradients
  if n <= 1 then return gradients[1] end
  local sum = nesting.sum(data.gradOutputBuffer, gradients[1], gradients[2])
  data.gradOutputBuffer = sum
  for k = 3, n do nesting.sum(sum, sum, gradients[k]) end
  return sum
end

-- Gradients of an earlier step are dropped, but for the table that the parts of a split node fill.
local function clear_gradients(nodes)
  for i = 1, #nodes do
    local data = nodes[i].data
    local list = data.gradOutput
    if not list then
      data.gradOutput = {}
    elseif not data.nSplitOutputs then
      for k = #list, 1, -1 do list[k] = nil end
    end
  end
end

local function missing_gradients(node, gradInput)
  raise('nn.gModule: expected a table of %d gradients from %s, got %s', #node.children,
    node:_describe(), F.describe(gradInput))
end

local function propagate_back(node, gradInput)
  local children = node.children
  local n = #children
  if n == 1 then
    local list = children[1].data.gradOutput
    list[#list + 1] = gradInput
    return
  end
  if n > 1 and type(gradInput) ~= 'table' then missing_gradients(node, gradInput) end
  local mapindex = node.data.mapindex
  for k = 1, n do
    local child = children[k].data
    local list = child.gradOutput
    list[#list + 1] = gradInput[mapindex[child]]
  end
end

-- The gradient of a node made by split() is an entry of the gradient of the split one.
local function propagate_entry(node, gradient)
  local list = node.children[1].data.gradOutput
  local whole = list[1]
  if not whole then
    whole = {}
    list[1] = whole
  end
  whole[node.data.selectindex] = gradient
end

local function check_gradient(self, gradOutput)
  local n = #self.outnode.children
  if n > 1 and (type(gradOutput) ~= 'table' or #gradOutput ~= n) then
    raise('nn.gModule: expecting %d gradOutputs, got %s', n,
      type(gradOutput) == 'table' and 'a table of ' .. #gradOutput or F.describe(gradOutput))
  end
end

local function need_forward(self)
  local output = self.outnode.data.input
  if not output or output[1] == nil then raise('nn.gModule: call forward before backward') end
end

function gModule:updateGradInput(_, gradOutput)
  need_forward(self)
  check_gradient(self, gradOutput)
  local nodes = self.backwardnodes
  clear_gradients(nodes)
  self.outnode.data.gradOutput[1] = gradOutput
  for i = 1, #nodes do
    local node = nodes[i]
    local data = node.data
    local gradient = summed(data)
    if data.selectindex then
      propagate_entry(node, gradient)
    else
      local module = data.module
      if module then
        local input = data.input
        if #input == 1 then input = input[1] end
        running[self] = node
        gradient = module:updateGradInput(input, gradient)
      end
      propagate_back(node, gradient)
    end
    trace(self, node)
  end
  self.gradInput = self.innode.data.gradOutput[1]
  return self.gradInput
end

-- Calls method(module, input, gradOutput, scale) on every node's module, after updateGradInput.
local function accumulate(self, method, gradOutput, scale)
  need_forward(self)
  check_gradient(self, gradOutput)
  local nodes = self.backwardnodes
  for i = 1, #nodes do
    local node = nodes[i]
    local data = node.data
    local module = data.module
    if module then
      local input, gradients = data.input, data.gradOutput
      if not gradients then raise('nn.gModule:%s: call updateGradInput first', method) end
      if #input == 1 then input = input[1] end
      local gradient = #gradients > 1 and data.gradOutputBuffer or gradients[1]
      running[self] = node
      module[method](module, input, gradient, scale)
    end
    trace(self, node)
  end
end

function gModule:accGradParameters(_, gradOutput, scale)
  accumulate(self, 'accGradParameters', gradOutput, scale or 1)
end

function gModule:accUpdateGradParameters(_, gradOutput, lr)
  accumulate(self, 'accUpdateGradParameters', gradOutput, lr)
end
