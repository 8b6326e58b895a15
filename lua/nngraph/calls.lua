-- The notation: calls of modules and criterions make nodes, `-` connects them, nngraph.nest makes
-- nodes of nested tables.

local F = require 'torch.ffi'
local nn = require 'nn'
local nngraph = require 'nngraph'

local next, torch = next, torch

local Module, Criterion = torch.getmetatable('nn.Module'), torch.getmetatable('nn.Criterion')

local calls = {}

local function is_node(x) return torch.type(x) == 'nngraph.Node' end

local function is_plain_table(x) return type(x) == 'table' and not torch.typename(x) end

--- Raises unless x, which is number i of `what` (inputs or outputs), is a node.
function calls.check_node(x, what, i)
  if is_node(x) then return end
  local got
  if x == nil then
    got = 'nil (typo / bad index?)'
  elseif torch.isTypeOf(x, 'nn.Module') then
    got = 'an nn.Module, specifically a ' .. torch.type(x)
  else
    got = 'a ' .. torch.type(x)
  end
  F.raise('%s[%d] is %s, but the only valid thing to pass is an instance of nngraph.Node%s', what,
    i, got, torch.isTypeOf(x, 'nn.Module') and ', which calling the module with () makes' or '')
end

--- The greatest integer key of a list that may have gaps.
function calls.length(list)
  local n = 0
  for key in pairs(list) do
    if type(key) == 'number' and key > n then n = key end
  end
  return n
end

-- A node of the module that takes its inputs from a node, a list of nodes, or nowhere.
local function node_of(module, count, input)
  local inputs = is_plain_table(input) and input or {input}
  if count == 1 and next(inputs) == nil and input ~= nil then
    F.raise('cannot pass an empty table of inputs. To indicate no incoming connections, leave the '
      .. 'second set of parens blank.')
  end
  for i = 1, math.max(calls.length(inputs), count) do calls.check_node(inputs[i], 'inputs', i) end
  local node = nngraph.Node({module = module})
  for i = 1, #inputs do node:add(inputs[i], true) end
  return node
end

-- Whether something is data rather than a part of a graph: a tensor, or a table that has one.
local function is_data(x)
  if not is_plain_table(x) then return F.is_tensor(x) end
  for _, entry in pairs(x) do
    if is_data(entry) then return true end
  end
  return false
end

local run = Module.__call__
local run_criterion = Criterion.__call__

--- module(), module(node), module{node, node, ...}: a node of the module. With tensors it runs the
-- module as nn does: module(input, [gradOutput]).
function Module:__call__(...)
  local input = ...
  if is_data(input) then return run(self, ...) end
  local count = select('#', ...)
  if count > 1 then F.raise('Use {input1, input2} to pass multiple inputs.') end
  return node_of(self, count, input)
end

--- criterion{prediction, target}: a node of the criterion, with a tensor of one element as output.
-- With tensors it runs the criterion as nn does.
function Criterion:__call__(...)
  if is_data((...)) then return run_criterion(self, ...) end
  return nn.ModuleFromCriterion(self)(...)
end

--- -module: a node without inputs.
function Module:__unm__()
  return self()
end

-- a - b: a node of b that takes its input from a, a node or a module without inputs.
local function connect(a, b)
  if not torch.isTypeOf(b, 'nn.Module') and not torch.isTypeOf(b, 'nn.Criterion') then
    F.raise('nngraph: a - b connects a node or module with a module, got %s as b', torch.type(b))
  end
  if torch.isTypeOf(a, 'nn.Module') then a = a() end
  return b(a)
end

Module.__sub__, Criterion.__sub__ = connect, connect
torch.getmetatable('nngraph.Node').__sub__ = connect

local function nest(input)
  if is_node(input) then return input end
  if not is_plain_table(input) or #input == 0 then
    F.raise('nngraph.nest: expected a node or a list of nodes, which may be nested, got %s',
      is_plain_table(input) and 'an empty table' or torch.type(input))
  end
  local nodes = {}
  for i = 1, calls.length(input) do nodes[i] = nest(input[i]) end
  if #nodes == 1 then return nngraph.JustTable()(nodes) end
  return nn.Identity()(nodes)
end

--- A node whose output has the form of `input`: a node, or nested tables of nodes.
function nngraph.nest(...)
  if select('#', ...) > 1 then
    F.raise('nngraph.nest: Use {input1, input2} to pass multiple inputs.')
  end
  return nest((...))
end

return calls
