-- What a call costs: operations, views and networks so small that the arithmetic hardly counts.

local torch = require 'torch'
local nn = require 'nn'
local optim = require 'optim'
local harness = require 'harness'

-- name, statement, what it uses, name of the tensor to check
local statements = {
  {'add16', 'a:add(b)', function()
    return {a = harness.tensor(0, 16), b = harness.tensor(1, 16)}
  end, 'a'},
  {'add16_new', 'local r = a + b', function()
    return {a = harness.tensor(0, 16), b = harness.tensor(1, 16)}
  end},
  {'read', 's = s + a[i % 16 + 1]', function() return {a = harness.tensor(0, 16)} end},
  {'write', 'a[i % 16 + 1] = i', function() return {a = harness.tensor(0, 16)} end},
  {'view', 'local v = a:view(16)', function() return {a = harness.tensor(0, 4, 4)} end},
  {'narrow', 'local v = a:narrow(1, 2, 8)', function() return {a = harness.tensor(0, 16)} end},
  {'select', 'local v = a:select(1, 2)', function() return {a = harness.tensor(0, 4, 4)} end},
  {'sum16', 's = s + a:sum()', function() return {a = harness.tensor(0, 16)} end},
  {'linear10', 'layer:forward(x); layer:backward(x, g)', function()
    local layer = harness.init(nn.Linear(10, 10))
    layer:zeroGradParameters()
    return {layer = layer, x = harness.tensor(0, 1, 10), g = harness.tensor(1, 1, 10)}
  end},
}

for _, row in ipairs(statements) do
  harness.case('overhead.' .. row[1], function()
    local env = row[3]()
    return harness.loop(row[2], env), row[4] and env[row[4]]
  end)
end

-- A 2-16-1 network on the four rows of exclusive or.
local function network()
  local model = nn.Sequential():add(nn.Linear(2, 16)):add(nn.Tanh()):add(nn.Linear(16, 1))
  return harness.init(model), nn.MSECriterion(),
    torch.FloatTensor {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, torch.FloatTensor {{0}, {1}, {1}, {0}}
end

harness.case('overhead.mlp_step', function()
  local model, criterion, x, y = network()
  local run = harness.loop([[
    model:zeroGradParameters()
    local output = model:forward(x)
    s = criterion:forward(output, y)
    model:backward(x, criterion:backward(output, y))
    model:updateParameters(0.01)]], {model = model, criterion = criterion, x = x, y = y})
  return run, function() return criterion:forward(model:forward(x), y) end
end)

harness.case('overhead.mlp_step_sgd', function()
  local model, criterion, x, y = network()
  return harness.step(model, criterion, x, y, optim.sgd, {learningRate = 0.01})
end)
