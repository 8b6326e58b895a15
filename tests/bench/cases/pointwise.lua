-- Elementwise operations: ten million contiguous floats, and a million in other layouts.

local torch = require 'torch'
local nn = require 'nn'
local harness = require 'harness'

local N = 10000000

-- name, statement, kind of memory traffic, bytes moved for each element
local contiguous = {
  {'copy', 'c:copy(a)', 'copy', 8},
  {'add', 'torch.add(c, a, b)', 'triad', 12},
  {'mul', 'torch.cmul(c, a, b)', 'triad', 12},
  {'relu', 'relu:updateOutput(a)', 'copy', 8},
  {'exp', 'torch.exp(c, a)', 'copy', 8},
  {'tanh', 'torch.tanh(c, a)', 'copy', 8},
  {'sigmoid', 'torch.sigmoid(c, a)', 'copy', 8},
}

local inputs

for _, row in ipairs(contiguous) do
  harness.case('pointwise.' .. row[1], function()
    if not inputs then
      inputs = {torch = torch, a = harness.tensor(0, N), b = harness.tensor(1, N),
        c = torch.FloatTensor(N):zero(), relu = nn.ReLU()}
      inputs.relu.output = inputs.c
    end
    return harness.loop(row[2], inputs), inputs.c
  end, row[3] .. '=' .. row[4] * N)
end
inputs = nil

local layouts = {
  {'add_transposed', 'torch.add(c, a, x)', function(e) return e.b:t() end},
  {'add_narrowed', 'torch.add(c, a, x)', function(e) return e.wide:narrow(2, 501, 1000) end},
  {'add_every_second', 'torch.add(c, a, x)',
    function(e) return e.wide:view(1000, 1000, 2):select(3, 1) end},
  {'add_row', 'torch.add(c, a, x)',
    function(e) return e.row:view(1, 1000):expand(1000, 1000) end},
  {'add_column', 'torch.add(c, a, x)',
    function(e) return e.row:view(1000, 1):expand(1000, 1000) end},
  {'exp_transposed', 'torch.exp(c, x)', function(e) return e.b:t() end},
  {'exp_narrowed', 'torch.exp(c, x)', function(e) return e.wide:narrow(2, 501, 1000) end},
  {'copy_transposed', 'c:copy(x)', function(e) return e.b:t() end},
  {'mul_transposed_inplace', 'x:mul(0.999)', function(e) return e.c:copy(e.a):t() end},
}

for _, row in ipairs(layouts) do
  harness.case('layout.' .. row[1], function()
    local env = {torch = torch, a = harness.tensor(0, 1000, 1000),
      b = harness.tensor(1, 1000, 1000),
      c = torch.FloatTensor(1000, 1000):zero(), wide = harness.tensor(0, 1000, 2000),
      row = harness.tensor(0, 1000)}
    env.x = row[3](env)
    return harness.loop(row[2], env), env.c
  end)
end

local random = {
  {'uniform', 'a:uniform(0, 1)'}, {'normal', 'a:normal(0, 1)'}, {'bernoulli', 'a:bernoulli(0.5)'},
}
for _, row in ipairs(random) do
  harness.case('random.' .. row[1], function()
    return harness.loop(row[2], {a = torch.FloatTensor(1000000)})
  end)
end
