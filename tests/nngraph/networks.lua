-- Networks made with nngraph: rows of {name, make = a function that makes the module, input = one
-- that makes its input}.

local torch = require 'torch'
require 'nngraph'

local I = nn.Identity

--- One step of an LSTM: {x, cell, hidden} -> {cell, hidden}.
local function lstm(inputs, n)
  local x, cell, hidden = I()(), I()(), I()()
  local sums = nn.CAddTable()({nn.Linear(inputs, 4 * n)(x), nn.Linear(n, 4 * n)(hidden)})
  local a, b, c, d = nn.SplitTable(2)(nn.Reshape(4, n)(sums)):split(4)
  local gated = nn.CMulTable()({nn.Sigmoid()(a), nn.Tanh()(d)})
  local new_cell = nn.CAddTable()({nn.CMulTable()({nn.Sigmoid()(b), cell}), gated})
  local new_hidden = nn.CMulTable()({nn.Sigmoid()(c), nn.Tanh()(new_cell)})
  return nn.gModule({x, cell, hidden}, {new_cell, new_hidden})
end

local function residual()
  local x = I()()
  local h = nn.Linear(4, 4)(x)
  return nn.gModule({x}, {nn.CAddTable()({x, nn.Tanh()(h), nn.Sigmoid()(h), h})})
end

local function forked_input()
  local x = nn.Linear(4, 4)()
  return nn.gModule({x}, {x, I()(x), nn.Tanh()(x)})
end

local function used_and_split()
  local x = I()()
  local state = nn.ParallelTable():add(nn.Linear(4, 3)):add(nn.Linear(4, 3))(x)
  local a, b = state:split(2)
  return nn.gModule({x}, {nn.CMulTable()({a, b}), nn.CAddTable()(state), state, nngraph.nest({b})})
end

local function nested_sums()
  local x = I()()
  local left, right = nn.Sequential():add(nn.JoinTable(2)):add(nn.Tanh()), nn.JoinTable(2)
  return nn.gModule({x}, {nn.CAddTable()({left(x), right(x)}), nn.SelectTable(2)(x)})
end

local function tables_in()
  local x, state = I()(), I()()
  local cell, hidden = state:split(2)
  return nn.gModule({x, state}, {nn.CMulTable()({x, hidden, cell}), nn.Linear(3, 2)(hidden)})
end

local function inside_another()
  local a, b = I()(), I()()
  local inner = residual()
  return nn.gModule({a, b}, {inner(nn.CMulTable()({a, b})), nn.Linear(4, 1)(b)})
end

local function in_containers()
  return nn.Sequential():add(nn.Linear(4, 4)):add(residual()):add(nn.Linear(4, 2))
end

local function loss()
  local x = I()()
  local target = nn.MulConstant(0)(x)
  return nn.gModule({x}, {nn.MSECriterion()({nn.Linear(4, 4)(x), nn.AddConstant(1)(target)})})
end

local function matrix(...)
  local sizes = {...}
  return function() return torch.randn(unpack(sizes)) end
end

return {
  lstm = lstm,
  {'an LSTM', make = function() return lstm(3, 4) end, input = function()
    return {torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)}
  end},
  {'a residual network', make = residual, input = matrix(2, 4)},
  {'an input used three times', make = forked_input, input = matrix(2, 4)},
  {'a table that is used and split', make = used_and_split, input = function()
    return {torch.randn(2, 4), torch.randn(2, 4)}
  end},
  {'sums of nested gradients', make = nested_sums, input = function()
    return {torch.randn(3, 2), torch.randn(3, 4), torch.randn(3, 1)}
  end},
  {'tables as inputs', make = tables_in, input = function()
    return {torch.randn(2, 3), {torch.randn(2, 3), torch.randn(2, 3)}}
  end},
  {'a gModule in a gModule', make = inside_another, input = function()
    return {torch.randn(2, 4), torch.randn(2, 4)}
  end},
  {'a gModule in a container', make = in_containers, input = matrix(2, 4)},
  {'a criterion', make = loss, input = matrix(2, 4)},
  {'a table of one', make = function()
    local x = I()()
    return nn.gModule({x}, {nngraph.JustElement()(nngraph.JustTable()(nn.Linear(4, 2)(x)))})
  end, input = matrix(2, 4)},
}
