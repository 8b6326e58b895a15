-- Containers, nn.LookupTable and nn.StochasticGradient: what their gradients do not show.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near

local function mlp()
  torch.manualSeed(2)
  return nn.Sequential():add(nn.Linear(4, 5)):add(nn.Tanh()):add(nn.Linear(5, 3))
end

describe('containers', function()
  it('insert, remove, get, size', function()
    local s = nn.Sequential():add(nn.Tanh()):add(nn.ReLU())
    assert.are.equal(s, s:insert(nn.Sigmoid(), 1))
    assert.are.equal('nn.Sigmoid', torch.type(s:get(1)))
    s:remove(2)
    assert.are.equal(2, s:size())
    s:remove()
    assert.are.equal(1, s:size())
  end)

  it('an empty Sequential passes its input', function()
    local x = torch.randn(3)
    assert.are.equal(x, nn.Sequential():forward(x))
  end)

  it('table containers follow shrinking and growing inputs', function()
    local map = nn.MapTable(nn.Linear(3, 2))
    for _, n in ipairs {3, 1, 4} do
      local input, grads = {}, {}
      for i = 1, n do input[i], grads[i] = torch.randn(3), torch.randn(2) end
      assert.are.equal(n, #map:forward(input))
      assert.are.equal(n, #map:backward(input, grads))
    end
    map:resize(2)
    assert.are.equal(2, map:size())
    map:clearState()
    assert.are.equal(1, map:size())
  end)

  it('nn.Concat and nn.CAddTable agree with the sums by hand', function()
    local a, b, x = nn.Linear(3, 2), nn.Linear(3, 2), torch.randn(4, 3)
    local sum = nn.Sequential():add(nn.ConcatTable():add(a):add(b)):add(nn.CAddTable())
    near(sum:forward(x), a:forward(x) + b:forward(x), 1e-15, 'sum')
    local joined = nn.Concat(2):add(a):add(b)
    near(joined:forward(x):narrow(2, 3, 2), b:forward(x), 0, 'joined')
  end)

  it('an nn.Parallel without dimensions can be listed, not used', function()
    local inner = nn.Sequential():add(nn.Linear(10, 20)):add(nn.Tanh())
    local m = nn.Parallel():add(inner):add(nn.ReLU())
    local names = {}
    for i, module in ipairs(m:listModules()) do names[i] = torch.type(module) end
    assert.are.same({'nn.Parallel', 'nn.Sequential', 'nn.Linear', 'nn.Tanh', 'nn.ReLU'}, names)
    assert.matches('^nn.Parallel {\n  input\n    |`%-> %(1%): nn.Sequential {\n', tostring(m))
    assert.error_matches(function() m:forward(torch.randn(2, 10)) end,
      'nn.Parallel: expected a number as input dimension, got nil')
  end)

  it('a criterion in a network needs no gradient of its target', function()
    local predict = nn.Sequential():add(nn.Linear(5, 4)):add(nn.Linear(4, 3))
    local m = nn.Sequential():add(nn.ParallelTable():add(predict):add(nn.Identity()))
      :add(nn.CriterionTable(nn.MSECriterion()))
    local x, y = torch.ones(5), torch.ones(3)
    local first = m:forward {x, y}
    for _ = 1, 20 do
      m:forward {x, y}
      m:zeroGradParameters()
      m:backward {x, y}
      m:updateParameters(0.05)
    end
    assert.is_true(m:forward {x, y} < first / 2)
    assert.is_nil(m.gradInput[2])
    local plain = nn.ParallelTable():add(nn.Identity()):add(nn.Tanh())
    plain:forward {x, y}
    assert.error_matches(function() plain:backward({x, y}, {x}) end,
      'expected a table of 2 as gradOutput, got a table of 1')
  end)

  it('decorate gives a class the methods of nn.Decorator', function()
    local class, parent = torch.class('spec.Decorated', 'nn.Container', {})
    class.__init = function(self, module)
      parent.__init(self)
      self:add(module)
    end
    nn.Decorator.decorate(class)
    local x = torch.randn(3)
    local m = class.new(nn.Tanh())
    near(m:forward(x), torch.tanh(x), 1e-15, 'decorated')
    assert.are.equal('spec.Decorated @ nn.Tanh', tostring(m))
  end)
end)

describe('nn.LookupTable', function()
  it('leaves the gradient of the padding row alone', function()
    local m = nn.LookupTable(4, 2, 2)
    m.gradWeight:fill(1)
    local x = torch.LongTensor {{1, 2}, {2, 2}}
    m:forward(x)
    m:backward(x, torch.ones(2, 2, 2))
    assert.are.same({{2, 2}, {1, 1}, {1, 1}, {1, 1}}, m.gradWeight:totable())
  end)

  it('scales rows down to the largest norm', function()
    local m = nn.LookupTable(3, 4):setMaxNorm(1):setNormType(1)
    m.weight:fill(1)
    m:forward(torch.LongTensor {1, 3, 3})
    near(m.weight:norm(1, 2):view(3), torch.Tensor {1, 4, 1}, 1e-6, 'norms')
  end)

  it('takes indices of any type and divides by frequency', function()
    local m = nn.LookupTable(3, 1):scaleGradByFreq()
    for _, class in ipairs {'Long', 'Int', 'Double', 'Float'} do
      local x = torch[class .. 'Tensor'] {2, 3, 2}
      m:zeroGradParameters()
      near(m:forward(x), m.weight:index(1, torch.LongTensor {2, 3, 2}), 0, class)
      assert.are.equal(x:type(), m:backward(x, torch.Tensor {{1}, {2}, {3}}):type())
      near(m.gradWeight, torch.Tensor {{0}, {2}, {2}}, 1e-15, class)
    end
  end)
end)

describe('nn.ConcatTable', function()
  it('gives as many gradients as the input has entries, fewer than before too', function()
    local m = nn.ConcatTable():add(nn.Identity()):add(nn.Identity())
    local x, y = {torch.ones(2), torch.ones(3)}, {torch.ones(4)}
    m:forward(x)
    assert.are.equal(2, #m:backward(x, {x, x}))
    m:forward(y)
    local gradInput = m:backward(y, {y, y})
    assert.are.equal(1, #gradInput)
    near(gradInput[1], torch.ones(4) * 2, 0)
  end)
end)

describe('nn.FlattenTable', function()
  it('keeps its output while the input has the same entries', function()
    local m, x = nn.FlattenTable(), {torch.ones(1), {torch.ones(2), {torch.ones(3)}}, torch.ones(4)}
    local output, map = m:forward(x), m.input_map
    assert.are.same({1, {2, {3}}, 4}, map)
    assert.are.equal(output, m:forward(x))
    assert.are.equal(map, m.input_map)
    for _, change in ipairs {
      function() x[2][3] = torch.ones(5) end, function() x[3] = nil end,
      function() x[1] = torch.ones(1) end, function() x[2] = x[2][1] end,
    } do
      change()
      local before, size = output, #output
      output = m:forward(x)
      assert.are_not.equal(before, output)
      assert.are.equal(size, #before)
      assert.are.equal(x[1], output[1])
    end
    assert.are.equal(2, #output)
  end)
end)

describe('nn.StochasticGradient', function()
  it('calls its hooks and lowers the error', function()
    local net = mlp()
    local data, examples, errors = {}, 0, {}
    function data.size() return 6 end
    for i = 1, 6 do data[i] = {torch.randn(4), torch.randn(3)} end
    local trainer = nn.StochasticGradient(net, nn.MSECriterion())
    trainer.maxIteration, trainer.learningRate, trainer.verbose = 8, 0.05, false
    trainer.hookExample = function() examples = examples + 1 end
    trainer.hookIteration = function(_, i, loss) errors[i] = loss end
    trainer:train(data)
    assert.are.equal(48, examples)
    assert.are.equal(8, #errors)
    assert.is_true(errors[8] < errors[1])
  end)
end)
