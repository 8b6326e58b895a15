-- What nn.SpatialConvolutionMap and nn.SpatialFullConvolutionMap share. A kernel for each row of a
-- table {from, to} is put into its place among the kernels of a usual convolution, whose others are
-- zero, since that is much faster than one small convolution after the other. Where the table
-- connects blocks of planes only to each other, it is a convolution with groups.

local F = require 'torch.ffi'
local conv = require 'nn.conv'

local raise = F.raise
local torch = torch

local connections = {}

--- Constructor of a module.
function connections.init(self, connTable, kW, kH, dW, dH)
  if not F.is_tensor(connTable) or connTable.ndim ~= 2 or connTable:size(2) ~= 2
      or connTable:min() < 1 then
    raise('%s: expected a table of connections [n 2] from 1 on, got %s', torch.type(self),
      F.is_tensor(connTable) and connTable.ndim == 2 and connTable:size(2) == 2
      and 'one from ' .. connTable:min() or F.describe(connTable))
  end
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  conv.check(self, 1, 'kW', 'kH', 'dW', 'dH')
  self.connTable = connTable
  self.nInputPlane, self.nOutputPlane = connTable:select(2, 1):max(), connTable:select(2, 2):max()
  conv.parameters(self, {connTable:size(1), kH, kW}, {self.nOutputPlane})
  self:reset()
end

--- Uniform in +-stdv * sqrt(3), by default +-1 / sqrt(kW kH n) with the n inputs of the output.
function connections.reset(self, stdv)
  if stdv then
    stdv = stdv * math.sqrt(3)
    self.weight:uniform(-stdv, stdv)
    self.bias:uniform(-stdv, stdv)
    return
  end
  local to, inputs = self.connTable:select(2, 2), {}
  for k = 1, to:size(1) do inputs[to[k]] = (inputs[to[k]] or 0) + 1 end
  local function bound(output)
    return 1 / math.sqrt(self.kW * self.kH * (inputs[output] or 1))
  end
  for k = 1, to:size(1) do self.weight[k]:uniform(-bound(to[k]), bound(to[k])) end
  for o = 1, self.nOutputPlane do self.bias:narrow(1, o, 1):uniform(-bound(o), bound(o)) end
end

-- The largest number of groups of equally many planes between which no connection runs.
local function group_count(from, to, nin, nout)
  for groups = math.min(nin, nout), 2, -1 do
    if nin % groups == 0 and nout % groups == 0 then
      local own, inputs, outputs = true, nin / groups, nout / groups
      for k = 1, #from do
        if math.floor((from[k] - 1) / inputs) ~= math.floor((to[k] - 1) / outputs) then
          own = false
          break
        end
      end
      if own then return groups end
    end
  end
  return 1
end

-- layouts[connTable]: what is derived from a table, for as long as it lives.
local layouts = setmetatable({}, {__mode = 'k'})

local function layout_of(self, planes, full)
  local connTable = self.connTable
  local l = layouts[connTable]
  if l and l.planes == planes and l.full == full and l.type == self.weight:type() then return l end
  local from = connTable:select(2, 1):totable()
  local to = connTable:select(2, 2):totable()
  local nin, nout = planes, self.nOutputPlane
  local groups = group_count(from, to, nin, nout)
  if full then from, to, nin, nout = to, from, nout, nin end
  local columns = nin / groups
  local index = torch.LongTensor(#from)
  for k = 1, #from do index[k] = (to[k] - 1) * columns + (from[k] - 1) % columns + 1 end
  index = F.tensor(F.dtype.Long, self.weight.device):resize(#from):copy(index)
  l = {planes = planes, full = full, type = self.weight:type(), groups = groups, index = index,
    kernels = self.weight.new(nout, columns, self.kH, self.kW), rows = self.weight.new()}
  l.list = l.kernels:view(nout * columns, self.kH, self.kW)
  layouts[connTable] = l
  return l
end

--- The weights as kernels [outputs inputs/groups kH kW] ([inputs outputs/groups kH kW] when full)
-- for an input of `planes` planes, and the number of groups.
function connections.kernels(self, planes, full)
  local l = layout_of(self, planes, full)
  l.list:zero():indexAdd(1, l.index, self.weight)
  return l.kernels, l.groups
end

--- Zeros of the same shape, to become the gradients of the kernels.
function connections.gradients(self, planes, full)
  local l = layout_of(self, planes, full)
  return l.kernels:zero(), l.groups
end

--- Adds the gradients of the kernels to gradWeight.
function connections.add(self, planes, full)
  local l = layout_of(self, planes, full)
  l.rows:index(l.list, 1, l.index)
  self.gradWeight:add(l.rows)
end

--- Checks the input and returns its number of planes, which may be more than the table names.
function connections.planes(self, input)
  conv.planes(self, input, 3, self.nInputPlane, 1, true)
  return input:size(input:dim() - 2)
end

--- Methods of both classes.
function connections.methods(class)
  class.reset = connections.reset

  --- Makes the parameters smaller by `decay` times themselves.
  function class:decayParameters(decay)
    self.weight:add(-decay, self.weight)
    self.bias:add(-decay, self.bias)
  end
end

return connections
