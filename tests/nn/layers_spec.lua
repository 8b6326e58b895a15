-- What only some of the simple layers, table modules and decorators do.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near

-- Runs f and returns what it prints.
local function printed(f)
  local lines, original = {}, print
  rawset(_G, 'print', function(...)
    local words = {...}
    for i = 1, select('#', ...) do words[i] = tostring(words[i]) end
    lines[#lines + 1] = table.concat(words, '\t')
  end)
  local ok, message = pcall(f)
  rawset(_G, 'print', original)
  assert(ok, message)
  return table.concat(lines, '\n')
end

describe('selecting layers', function()
  it('nn.Index adds up the gradients of equal indices', function()
    local m, t, i = nn.Index(2), torch.randn(2, 3), torch.LongTensor {3, 1, 3}
    near(m:forward {t, i}, t:index(2, i), 0, 'output')
    local g = torch.Tensor {{1, 2, 4}, {8, 16, 32}}
    near(m:backward({t, i}, g)[1], torch.Tensor {{2, 0, 5}, {16, 0, 40}}, 0, 'gradInput')
    m:clearState()
    near(m:forward {t, i}, t:index(2, i), 0, 'after clearState')
    near(m:backward({t, i}, g)[2], torch.zeros(3), 0, 'gradient of the indices')
  end)

  it('nn.MaskedSelect puts gradients back', function()
    local m, t = nn.MaskedSelect():float(), torch.FloatTensor {{10, 20}, {30, 40}}
    local mask = torch.ByteTensor {{1, 0}, {0, 1}}
    near(m:forward {t, mask}, torch.FloatTensor {10, 40}, 0, 'output')
    local g = m:backward({t, mask}, torch.FloatTensor {1, 2})
    near(g[1], torch.FloatTensor {{1, 0}, {0, 2}}, 0, 'gradInput')
    assert.are.equal('torch.ByteTensor', g[2]:type())
  end)

  it('nn.OneHot takes any type and shape', function()
    local m = nn.OneHot(3):float()
    local x = torch.LongTensor {{1, 3}, {2, 2}}
    local want = torch.FloatTensor {{{1, 0, 0}, {0, 0, 1}}, {{0, 1, 0}, {0, 1, 0}}}
    for _, class in ipairs {'Long', 'Byte', 'Float', 'Double'} do
      near(m:forward(x:type('torch.' .. class .. 'Tensor')), want, 0, class)
    end
    assert.are.equal(0, m:backward(x, want):norm())
  end)

  it('nn.ZeroGrad stops gradients of tensors and tables', function()
    local m, x = nn.ZeroGrad(), torch.randn(2, 3)
    assert.are.equal(x:storage(), m:forward(x):storage())
    near(m:backward(x, x), torch.zeros(2, 3), 0, 'tensor')
    local list = {x, {torch.ones(2)}}
    assert.are.equal(list, m:forward(list))
    near(m:backward(list, list)[2][1], torch.zeros(2), 0, 'table')
    m:clearState()
    assert.are.equal(6, x:nElement())
  end)

  it('nn.GradientReversal turns and scales gradients', function()
    local m, x = nn.GradientReversal(), torch.randn(3)
    m:setLambda(2)
    near(m:forward(x), x, 0, 'output')
    near(m:backward(x, torch.ones(3)), torch.ones(3) * -2, 0, 'gradInput')
  end)

  it('nn.PartialLinear computes and trains its partition only', function()
    local m, x = nn.PartialLinear(4, 5), torch.randn(2, 4)
    local all = m:forward(x):clone()
    m:setPartition(torch.Tensor {4, 2})
    near(m:forward(x), all:index(2, torch.LongTensor {4, 2}), 1e-12, 'output')
    local before = m:parameters()[1]:clone()
    m:zeroGradParameters()
    m:backward(x, torch.ones(2, 2))
    m:updateParameters(1)
    local moved = (m:parameters()[1] - before):abs():sum(2):view(-1)
    for row = 1, 5 do assert.are.equal(row % 2 == 0 and row < 5, moved[row] > 0) end
    m:resetPartition()
    assert.are.equal(5, m:forward(x):size(2))
  end)
end)

describe('nn.Kmeans', function()
  local function clusters()
    torch.manualSeed(8)
    local x = torch.randn(60, 2) * 0.05
    for i = 1, 60 do x[i]:add(i % 3 * 4) end
    return x
  end

  it('moves centroids to the means of their samples with steps of 1', function()
    local x, m = clusters(), nn.Kmeans(3, 2)
    m:initKmeansPlus(x)
    local last = math.huge
    for _ = 1, 4 do
      m:zeroGradParameters()
      local output = m:forward(x)
      m:backward(x, output)
      m:updateParameters(1)
      assert.is_true(m.loss <= last + 1e-9)
      last = m.loss
    end
    assert.is_true(last < 1)
    local output = m:forward(x)
    for c = 1, 3 do
      near(m.weight[c], x:index(1, output:eq(c):nonzero():view(-1)):mean(1):view(-1), 1e-12, 'mean')
    end
    assert.are.equal(0, m:updateGradInput(x):norm())
  end)

  it('leaves centroids without samples where they are; scale shortens steps', function()
    local m = nn.Kmeans(2, 2, 0.5)
    m.weight:copy(torch.Tensor {{0, 0}, {100, 100}})
    m:forward(torch.Tensor {{1, 1}, {3, 1}})
    m:zeroGradParameters()
    m:backward(torch.Tensor {{1, 1}, {3, 1}})
    m:updateParameters(1)
    near(m.weight, torch.Tensor {{1, 0.5}, {100, 100}}, 1e-12, 'weight')
  end)

  it('starts from samples', function()
    local x, m = clusters(), nn.Kmeans(4, 2)
    m:initRandom(x)
    for c = 1, 4 do
      assert.are.equal(0, (x - m.weight[c]:view(1, 2):expand(60, 2)):norm(2, 2):min())
    end
  end)
end)

describe('decorators', function()
  it('nn.NaN names where NaN comes from', function()
    local nan = 0 / 0
    local linear = nn.Linear(2, 2)
    local m = nn.NaN(linear)
    assert.is_true(nn.NaN(linear).id > m.id)
    assert.are.equal('x', nn.NaN(linear, 'x').id)
    local ok = torch.ones(2)
    local bad = torch.Tensor {1, nan}
    m:forward(ok)
    assert.has_error(function() m:forward(bad) end)
    assert.has_error(function() m:backward(ok, bad) end)
    local _, message = pcall(m.forward, m, bad)
    assert.is_truthy(message:find('NaN found in input of module', 1, true), message)
    linear.bias[1] = nan
    _, message = pcall(m.forward, m, ok)
    assert.is_truthy(message:find('NaN found in parameters of module', 1, true), message)
    assert.is_false(m:recursiveIsNaN {torch.Tensor {math.huge, -math.huge}, {torch.Tensor()}})
  end)

  it('nn.Profile prints after every interval', function()
    local m = nn.Profile(nn.Tanh(), 2, 'squash')
    local x = torch.randn(3)
    local text = printed(function()
      for _ = 1, 4 do
        m:forward(x)
        m:backward(x, x)
      end
    end)
    local lines = {}
    for line in text:gmatch('[^\n]+') do lines[#lines + 1] = line:gsub('[%d.]+ s', 'T s') end
    assert.are.same({
      'squash took T seconds for 2 forward passes', 'squash took T seconds for 2 backward passes',
      'squash took T seconds for 2 forward passes', 'squash took T seconds for 2 backward passes',
    }, lines)
  end)

  it('nn.PrintSize prints sizes and keeps the tensors of others', function()
    local m, x = nn.PrintSize('here'), torch.randn(2, 3)
    local text = printed(function()
      m:forward(x)
      m:backward(x, x)
    end)
    assert.is_truthy(text:find('^here:input\n\t 2\n 3\n%[torch.LongStorage of size 2%]'), text)
    assert.is_truthy(text:find('here:gradOutput', 1, true))
    m:clearState()
    assert.are.equal(6, x:nElement())
  end)

  it('nn.DontCast keeps the type of its module', function()
    local m = nn.Sequential():add(nn.Linear(3, 2)):add(nn.DontCast(nn.Linear(2, 2), true)):float()
    local y = m:forward(torch.FloatTensor(4, 3):fill(1))
    assert.are.equal('torch.FloatTensor', y:type())
    assert.are.equal('torch.DoubleTensor', m:get(2):get(1).weight:type())
    assert.are.equal('torch.FloatTensor', m:backward(torch.FloatTensor(4, 3), y):type())
    assert.are.equal('torch.FloatTensor', m:get(2):type())
    local plain = nn.DontCast(nn.Linear(2, 2)):float()
    assert.are.equal('torch.DoubleTensor', plain:forward(torch.ones(2)):type())
    local out = nn.DontCast(nn.Linear(2, 2), false, true):float()
    assert.are.equal('torch.FloatTensor', out:forward(torch.ones(2)):type())
  end)

  it('nn.GPU is saved with its type and device in front, as in Torch7', function()
    local m, objects = nn.GPU(nn.Linear(2, 2), 1, 2), {}
    m:write {writeObject = function(_, object) objects[#objects + 1] = object end}
    assert.are.same({torch.getdefaulttensortype(), 1}, objects[1])
    assert.are.equal(m.modules, objects[2].modules)
    local x = torch.rand(3, 2)
    local loaded = torch.deserialize(torch.serialize(m))
    assert.are.same({1, 2}, {loaded.device, loaded.outdevice})
    assert.is_true(loaded:forward(x):equal(m:forward(x)))
    assert.has_error(function() m:read {readObject = function() return 5 end} end)
  end)

  it('nn.Parallel leaves out modules without a slice', function()
    local m = nn.Parallel(1, 1):add(nn.MulConstant(2)):add(nn.MulConstant(3)):add(nn.MulConstant(4))
    local x = torch.ones(2, 5)
    assert.are.same({10, 15}, m:forward(x):view(2, 5):sum(2):view(2):totable())
    assert.are.same({10, 15}, m:backward(x, torch.ones(10)):sum(2):view(2):totable())
    assert.has_error(function() m:forward(torch.ones(4, 5)) end)
  end)

  it('nn.GPU runs its module on the CPU', function()
    local m = nn.GPU(nn.Linear(2, 2), 1, 2)
    assert.are.equal('nn.GPU(1) @ nn.Linear(2 -> 2)', tostring(m))
    assert.are.equal(3, m:setDevice(3).device)
    local x = torch.randn(2)
    near(m:forward(x), m:get(1):forward(x), 0, 'output')
    local moved = nn.GPU.recursiveSetDevice({}, {x, {x}}, 1)
    assert.are.equal(x, moved[2][1])
  end)

  it('weight normalization splits length and direction', function()
    local linear, x = nn.Linear(4, 3), torch.randn(2, 4)
    local m = nn.LinearWeightNorm.fromLinear(linear)
    near(m:forward(x), linear:forward(x), 1e-12, 'fromLinear')
    m.g:mul(2)
    near(m:toLinear():forward(x), m:forward(x), 1e-12, 'toLinear')
    m:evaluate()
    local y = m:forward(x):clone()
    m.g:mul(2)
    near(m:forward(x), y, 0, 'the weight of evaluation')
    m:training()
    local w = nn.WeightNorm(nn.SpatialConvolution(2, 3, 2, 2), 2)
    assert.are.same({2, 12}, w.v:size():totable())
    local image = torch.randn(2, 3, 3)
    local out = w:forward(image):clone()
    near(torch.deserialize(torch.serialize(w)):forward(image), out, 0, 'saved')
    w.weight, w.modules[1].weight = nil, nil
    near(torch.deserialize(torch.serialize(w)):forward(image), out, 0, 'saved without weight')
  end)
end)

describe('nn.Convert', function()
  it('converts types', function()
    local m, x = nn.Convert():float(), torch.DoubleTensor {1, 2}
    assert.are.equal('torch.FloatTensor', m:forward(x):type())
    assert.are.equal('torch.DoubleTensor', m:backward(x, torch.FloatTensor {1, 2}):type())
  end)

  it('takes single samples and batches in turn', function()
    local m, x = nn.Convert('bcw', 'bf'), torch.randn(2, 3, 4)
    near(m:forward(x), x:view(2, 12), 0, 'batch')
    near(m:forward(x[1]), x[1]:view(12), 0, 'sample')
    near(m:backward(x[1], x[1]:view(12)), x[1], 0, 'gradient')
    assert.are.equal(1, m:findAxis('b'))
    assert.is_nil(m:findAxis('q', nil, true))
    m = nn.Convert('cw', 'f')
    near(m:forward(x[1]), x[1]:view(12), 0, 'sample of a shape without b')
    near(m:backward(x[1], x[1]:view(12)), x[1], 0, 'its gradient')
    near(m:forward(x), x:view(2, 12), 0, 'batch of a shape without b')
  end)
end)

it('table modules drop what is left of longer tables', function()
  local zip, many = nn.ZipTable(), nn.ZipTableOneToMany()
  zip:forward {{1, 2, 3}, {4, 5, 6}}
  assert.are.same({{1, 4}, {2, 5}}, zip:forward {{1, 2}, {4, 5}})
  local x = torch.ones(2)
  many:forward {x, {1, 2, 3}}
  assert.are.equal(1, #many:forward {x, {5}})
  local add = nn.CAddTensorTable()
  add:forward {x, {x, x, x}}
  assert.are.equal(1, #add:forward {x, {x}})
  local mix = nn.MixtureTable()
  near(mix:forward {torch.Tensor {0.5, 2}, {x, x}}, x * 2.5, 0, 'mixture')
  near(mix:forward {torch.Tensor {0.5}, {x}}, x * 0.5, 0, 'one expert')
end)

it('nn.WhiteNoise adds noise in training only', function()
  local m, x = nn.WhiteNoise(1, 0.5), torch.zeros(20000)
  local y = m:forward(x)
  assert.is_true(math.abs(y:mean() - 1) < 0.02 and math.abs(y:std() - 0.5) < 0.02)
  m:evaluate()
  assert.are.equal(0, m:forward(x):norm())
end)

it('nn.Module:replace keeps other references to a module right', function()
  local map = nn.MapTable(nn.Linear(2, 2))
  local new = map:replace(function(module)
    return torch.type(module) == 'nn.Linear' and nn.Tanh() or module
  end)
  assert.are.equal('nn.Tanh', torch.type(new.module))
  assert.are.equal(new.module, new:get(1))
  near(new:forward {torch.zeros(2)}[1], torch.zeros(2), 0, 'output')
end)
