-- nn.gModule: gradients, saving, clones that share parameters, types, memory, and other methods.

local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
local networks = require 'nngraph.networks'
local raises = require 'nn.raises'
local torch = require 'torch'

local I = nn.Identity

-- Output and gradients of one step with gradients of the output that are always the same.
local function step(m, x, type_name)
  local output = jacobian.forward(m, x)
  torch.manualSeed(3)
  local gradOutput = jacobian.map(output, function(t)
    return torch.randn(t:size()):type(type_name or 'torch.DoubleTensor')
  end)
  return jacobian.step(m, x, gradOutput)
end

local function converted(x, type_name)
  return jacobian.map(x, function(t) return t:type(type_name) end)
end

for _, case in ipairs(networks) do
  describe(case[1], function()
    local m, x
    before_each(function()
      torch.manualSeed(5)
      m, x = case.make(), case.input()
    end)

    it('has the gradients that finite differences find', function()
      jacobian.check_module(m, x, 1e-6)
    end)

    it('is saved and read', function()
      local want = step(m, x)
      local name = os.tmpname()
      for _, mode in ipairs {'binary', 'ascii'} do
        torch.save(name, m, mode)
        local tol = mode == 'ascii' and 1e-14 or 0
        jacobian.assert_same_step(step(torch.load(name, mode), x), want, tol, mode)
      end
      os.remove(name)
    end)

    it('is emptied by clearState and works on', function()
      local want = step(m, x)
      local full = #torch.serialize(m)
      local input = jacobian.clone(x)
      m:clearState()
      assert.is_true(#torch.serialize(m) < full)
      jacobian.assert_near(x, input, 0, 'input')
      jacobian.assert_same_step(step(m, x), want, 0, 'step')
    end)

    it('works in Float and again in Double', function()
      local want = step(m, jacobian.clone(x)) -- type converts tables that the module keeps
      m:float()
      local got = step(m, converted(x, 'torch.FloatTensor'), 'torch.FloatTensor')
      assert.are.equal('torch.FloatTensor', jacobian.tensors(got.output)[1]:type())
      assert.are.equal('torch.FloatTensor', m:type())
      jacobian.assert_same_step(step(m:double(), x), want, 1e-5, 'step')
    end)

    it('allocates nothing after the first steps', function()
      local output = m:forward(x)
      local gradOutput = jacobian.clone(output)
      local function one()
        m:forward(x)
        m:backward(x, gradOutput)
      end
      for _ = 1, 5 do one() end
      assert.are.equal(0, helpers.allocated(function() for _ = 1, 10 do one() end end))
    end)
  end)
end

describe('nn.gModule', function()
  local function fork()
    local x = I()()
    local h = nn.Linear(3, 3)(x):annotate{name = 'h'}
    return nn.gModule({x}, {nn.CAddTable()({x, nn.Tanh()(h)})})
  end

  it('makes no Lua objects in steps', function()
    local status, output = helpers.script([[
      local torch = require 'torch'
      require 'nngraph'
      local x = nn.Identity()()
      local node = x
      for _ = 1, 20 do node = nn.Identity()(node) end
      local net = nn.gModule({x}, {nn.CAddTable()({node, nn.Tanh()(x)})})
      local t = torch.randn(4)
      local function run()
        for _ = 1, 300 do
          net:forward(t)
          net:backward(t, t)
        end
      end
      for _ = 1, 3 do run() end
      collectgarbage()
      collectgarbage('stop')
      local before = collectgarbage('count')
      run()
      io.write((collectgarbage('count') - before) * 1024 / 300)
    ]])
    assert.are.equal(0, status, output)
    assert.is_true(tonumber(output) < 100, output .. ' bytes a step')
  end)

  it('has nodes, graphs and modules in topological order', function()
    local net = fork()
    local list = {}
    for _, node in ipairs(net.forwardnodes) do
      if node.data.module then list[#list + 1] = torch.type(node.data.module) end
    end
    assert.are.same({'nn.Identity', 'nn.Linear', 'nn.Tanh', 'nn.CAddTable'}, list)
    assert.are.same({4, 6, 6}, {#net.modules, #net.forwardnodes, #net.backwardnodes})
    assert.are.equal(1, net.nInputs)
    assert.are.equal(net.innode, net.forwardnodes[1])
    assert.are.equal(net.outnode, net.backwardnodes[1])
    assert.are.equal(#net.fg.edges, #net.bg.edges)
    assert.is_false(net.verbose)
  end)

  -- As programs for recurrent networks do: through a file in memory, then sharing the parameters.
  local function time_steps(net, n)
    local clones, params, gradients = {}, net:parameters()
    local file = torch.MemoryFile('w'):binary()
    file:writeObject(net)
    for t = 1, n do
      local reader = torch.MemoryFile(file:storage(), 'r'):binary()
      local clone = reader:readObject()
      reader:close()
      local p, g = clone:parameters()
      for i = 1, #params do
        p[i]:set(params[i])
        g[i]:set(gradients[i])
      end
      clones[t] = clone
    end
    file:close()
    return clones
  end

  local makers = {
    ['through files in memory'] = time_steps,
    ['by clone'] = function(net, n)
      local clones = {}
      for t = 1, n do clones[t] = net:clone('weight', 'bias', 'gradWeight', 'gradBias') end
      return clones
    end,
  }
  for name, make in pairs(makers) do
    it('is cloned ' .. name .. ' for time steps that share parameters', function()
      torch.manualSeed(2)
      local net = networks.lstm(3, 4)
      local params, gradients = net:getParameters()
      local clones = make(net, 3)
      local xs = {torch.randn(2, 3), torch.randn(2, 3), torch.randn(2, 3)}
      local inputs
      local function forward()
        local cell, hidden = torch.zeros(2, 4), torch.zeros(2, 4)
        inputs = {}
        for t, clone in ipairs(clones) do
          inputs[t] = {xs[t], cell, hidden}
          cell, hidden = unpack(clone:forward(inputs[t]))
        end
        return hidden:sum()
      end
      forward()
      gradients:zero()
      local cell, hidden = torch.zeros(2, 4), torch.ones(2, 4)
      for t = 3, 1, -1 do
        local g = clones[t]:backward(inputs[t], {cell, hidden})
        cell, hidden = g[2]:clone(), g[3]:clone()
      end
      helpers.assert_near(gradients, jacobian.numeric(forward, params), 1e-6, 'gradient')
    end)
  end

  it('moves parameters by accUpdateGradParameters', function()
    torch.manualSeed(3)
    local net = fork()
    local other, x, g = net:clone(), torch.randn(3), torch.randn(3)
    net:forward(x)
    net:backwardUpdate(x, g, 0.1)
    other:zeroGradParameters()
    other:forward(x)
    other:backward(x, g)
    other:updateParameters(0.1)
    for i, p in ipairs((net:parameters())) do
      helpers.assert_near(p, other:parameters()[i], 1e-15, 'parameter ' .. i)
    end
  end)

  it('runs any function of the modules forward', function()
    local net = fork()
    local x = torch.randn(3)
    local want, count = net:forward(x):clone(), 0
    local out = net:runForwardFunction(function(module, input)
      count = count + 1
      return module:updateOutput(input)
    end, x)
    assert.is_true(out:equal(want) and count == 4)
    assert.is_true(net:runForwardFunction('forward', x):equal(want))
  end)

  it('replaces modules, in nodes too', function()
    local net = fork()
    local same = net:replace(function(module)
      return torch.type(module) == 'nn.Tanh' and nn.MulConstant(0) or module
    end)
    local x = torch.randn(3)
    assert.are.equal(net, same)
    assert.is_true(net:forward(x):equal(x))
    assert.are.equal(1, #net:findModules('nn.MulConstant'))
    assert.are.equal(0, #net:findModules('nn.Tanh'))
  end)

  it('maps over two of a form', function()
    local net = fork()
    local same = {}
    net:map(net:clone(), function(a, b) same[#same + 1] = torch.type(a) == torch.type(b) end)
    assert.are.same({true, true, true, true}, same)
    raises(function() net:map(networks.lstm(2, 2), function() end) end, 'map', 'node')
  end)

  it('applies to all modules, trains and evaluates', function()
    local net, count = fork(), 0
    net:apply(function() count = count + 1 end)
    net:evaluate()
    assert.are.same({5, false, false}, {count, net.train, net:get(2).train})
    net:training()
    assert.is_true(net:get(2).train)
  end)

  it('is a text: its name or its class', function()
    local net = fork()
    assert.are.equal('nn.gModule', tostring(net))
    net.name = 'mine'
    assert.are.equal('mine', tostring(net))
  end)

  it('reads files that lack modules and nInputs', function()
    for _, case in ipairs {networks[1], networks[2]} do
      local net, x = case.make(), case.input()
      local want, n = step(net, x), net.nInputs
      net.modules, net.nInputs = nil, nil
      local copy = torch.deserialize(torch.serialize(net))
      assert.are.equal(n, copy.nInputs)
      jacobian.assert_same_step(step(copy, x), want, 0, 'step')
    end
  end)

  it('is loaded with its package when a file has one', function()
    local name = os.tmpname()
    torch.save(name, fork())
    local status, output = helpers.script(('require "torch"; io.write(torch.type(torch.load(%q)))')
      :format(name))
    os.remove(name)
    assert.are.same({0, 'nn.gModule'}, {status, output})
  end)

  it('prints nodes that ran when verbose', function()
    local status, output = helpers.script [[
      require 'nngraph'
      local x = nn.Identity()()
      local net = nn.gModule({x}, {nn.Tanh()(x)})
      net.verbose = true
      net:forward(torch.ones(2))
    ]]
    assert.are.equal(0, status, output)
    assert.are.equal(4, select(2, output:gsub(' V : ', '')))
  end)

  it('passes on that a module gives no gradient', function()
    local x = I()()
    local silent = nn.Identity()
    function silent.updateGradInput() end
    local net = nn.gModule({x}, {silent(x), nn.MulConstant(2)(x)})
    local t = torch.ones(2)
    net:forward(t)
    assert.are.same({2, 2}, net:backward(t, {t, t}):totable())
  end)
end)
