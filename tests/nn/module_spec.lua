-- nn.Module: conversion, cloning and sharing, flat parameters, traversal, modes, clearing,
-- replacing, calling.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near

local function mlp()
  torch.manualSeed(2)
  return nn.Sequential():add(nn.Linear(4, 5)):add(nn.Tanh()):add(nn.Linear(5, 3))
end

local function shared_pair()
  local net = nn.Sequential():add(nn.Linear(3, 3)):add(nn.Linear(3, 3))
  net:get(2):share(net:get(1), 'weight', 'bias', 'gradWeight', 'gradBias')
  return net
end

describe('conversion', function()
  it('changes every tensor and the reported type', function()
    local net, x = mlp(), torch.randn(2, 4)
    local want = net:forward(x):clone()
    assert.are.equal('torch.DoubleTensor', net:type())
    for _, step in ipairs {
      {'float', 'torch.FloatTensor', 1e-6}, {'half', 'torch.HalfTensor', 1e-2},
      {'double', 'torch.DoubleTensor', 1e-2},
    } do
      assert.are.equal(net, net[step[1]](net))
      assert.are.equal(step[2], net:type())
      for _, p in ipairs(net:parameters()) do assert.are.equal(step[2], p:type()) end
      local output = net:forward(x:type(step[2]))
      assert.are.equal(step[2], output:type())
      near(output:double(), want, step[3], step[1])
    end
  end)

  it('keeps what is shared shared', function()
    local net = shared_pair():float()
    assert.are.equal(net:get(1).weight:storage(), net:get(2).weight:storage())
    net:get(1).weight:fill(7)
    assert.are.equal(7, net:get(2).weight[2][2])
  end)

  it('keeps sharing among several modules given one cache', function()
    local a = nn.Linear(2, 2)
    local b = nn.Linear(2, 2):share(a, 'weight')
    local cache = {}
    a:type('torch.FloatTensor', cache)
    b:type('torch.FloatTensor', cache)
    a.weight:fill(3)
    assert.are.equal(3, b.weight[1][2])
  end)

  it('runs layers in half precision', function()
    torch.manualSeed(4)
    for _, m in ipairs {
      nn.SpatialConvolution(2, 3, 3, 3), nn.SpatialMaxPooling(2, 2), nn.ReLU(), nn.LogSoftMax(),
      nn.SpatialBatchNormalization(2), nn.SpatialAveragePooling(2, 2), nn.PReLU(2),
    } do
      local x = torch.randn(2, 2, 5, 5)
      local want = m:forward(x):clone()
      local got = m:clone():half():forward(x:half())
      assert.are.equal('torch.HalfTensor', got:type())
      near(got:double(), want, 2e-2, torch.type(m))
    end
  end)

  it('of a max pooling module keeps integer indices', function()
    local m = nn.SpatialMaxPooling(2, 2)
    m:forward(torch.randn(1, 4, 4))
    m:float()
    assert.are.equal('torch.LongTensor', m.indices:type())
  end)

  it('of nn.Copy with dontCast changes nothing', function()
    local m = nn.Copy('torch.DoubleTensor', 'torch.FloatTensor', false, true)
    m:float()
    assert.are.equal('torch.DoubleTensor', m.gradInput:type())
    local output = m:forward(torch.randn(3))
    assert.are.equal('torch.FloatTensor', output:type())
    assert.are.equal('torch.DoubleTensor', m:backward(torch.randn(3), output):type())
  end)
end)

describe('clone and share', function()
  it('clone copies, and shares the named fields', function()
    local net, x = mlp(), torch.randn(2, 4)
    local copy, tied = net:clone(), net:clone('weight', 'bias')
    near(copy:forward(x), net:forward(x), 0, 'copy')
    net:get(1).weight:mul(2)
    near(tied:forward(x), net:forward(x), 0, 'tied')
    assert.is_true(copy:get(1).weight:dist(net:get(1).weight) > 0)
    assert.are_not.equal(tied:get(1).gradWeight:storage(), net:get(1).gradWeight:storage())
  end)

  it('shared weights count once in getParameters and sum their gradients', function()
    local net, x, g = shared_pair(), torch.randn(2, 3), torch.randn(2, 3)
    local p, dp = net:getParameters()
    assert.are.equal(12, p:nElement())
    assert.are.equal(12, dp:nElement())
    local single = {net:get(1):clone(), net:get(2):clone()}
    dp:zero()
    net:forward(x)
    net:backward(x, g)
    local h = single[1]:forward(x)
    single[2]:forward(h)
    for _, m in ipairs(single) do m:zeroGradParameters() end
    single[1]:backward(x, single[2]:backward(h, g))
    near(net:get(1).gradWeight, single[1].gradWeight + single[2].gradWeight, 1e-13, 'sum')
  end)

  it('getParameters joins all parameters and makes them views', function()
    local net = mlp()
    local before = {}
    for _, p in ipairs(net:parameters()) do before[#before + 1] = p:clone():view(-1) end
    local p, dp = net:getParameters()
    assert.are.equal(4 * 5 + 5 + 5 * 3 + 3, p:nElement())
    near(p, torch.cat(before, 1), 0, 'values')
    p:fill(1)
    dp:fill(2)
    assert.are.equal(20, net:get(1).weight:sum())
    assert.are.equal(6, net:get(3).gradBias:sum())
    local again = net:getParameters()
    near(again, p, 0, 'a second time')
    assert.are.equal(net:get(1).weight:storage(), again:storage())
  end)

  it('backwardUpdate of shared modules moves by the sum of their gradients', function()
    local net, x, g = shared_pair(), torch.randn(2, 3), torch.randn(2, 3)
    local p, dp = net:clone():getParameters()
    local reference = shared_pair()
    reference:getParameters():copy(p)
    reference:zeroGradParameters()
    reference:forward(x)
    reference:backward(x, g)
    dp:copy((select(2, reference:getParameters())))
    net:forward(x)
    net:backwardUpdate(x, g, 0.1)
    near(net:getParameters(), p - dp * 0.1, 1e-14, 'updated')
  end)
end)

describe('traversal', function()
  local net = mlp():add(nn.Concat(2):add(nn.Linear(3, 1)):add(nn.Identity()))

  it('apply visits containers before their modules', function()
    local names = {}
    net:apply(function(m) names[#names + 1] = torch.type(m):sub(4) end)
    assert.are.same({'Sequential', 'Linear', 'Tanh', 'Linear', 'Concat', 'Linear', 'Identity'},
      names)
  end)

  it('findModules gives modules and their containers', function()
    local found, holders = net:findModules('nn.Linear')
    assert.are.equal(3, #found)
    assert.are.equal(net, holders[1])
    assert.are.equal(net:get(4), holders[3])
    assert.are.same({}, (net:findModules('nn.ReLU')))
  end)

  it('listModules names each once', function()
    local tied = nn.Linear(2, 2)
    local list = nn.Sequential():add(tied):add(tied):listModules()
    assert.are.equal(2, #list)
  end)

  it('replace puts what the callback returns in place', function()
    local replaced = mlp():replace(function(m)
      return torch.type(m) == 'nn.Tanh' and nn.ReLU() or m
    end)
    assert.are.equal('nn.ReLU', torch.type(replaced:get(2)))
    local outer = nn.Tanh():replace(function() return nn.Sigmoid() end)
    assert.are.equal('nn.Sigmoid', torch.type(outer))
  end)

  it('training and evaluate reach every module', function()
    for _, mode in ipairs {'evaluate', 'training'} do
      net[mode](net)
      net:apply(function(m) assert.are.equal(mode == 'training', m.train) end)
    end
  end)

  it('applyToModules visits the direct ones', function()
    local n = 0
    net:applyToModules(function() n = n + 1 end)
    assert.are.equal(4, n)
  end)
end)

describe('a module', function()
  it('clearState empties the buffers and forward works again', function()
    local net = mlp():add(nn.Dropout()):add(nn.Reshape(3, 1)):add(nn.Max(2))
    net:evaluate()
    local x = torch.randn(2, 4)
    local want = net:forward(x):clone()
    net:backward(x, want)
    assert.are.equal(net, net:clearState())
    net:apply(function(m)
      assert.are.equal(0, m.output:nElement())
      assert.are.equal(0, m.gradInput:nElement())
    end)
    assert.is_true(#torch.serialize(net) < 4000)
    near(net:forward(x), want, 0, 'after clearState')
  end)

  it('zeroGradParameters and updateParameters work on all parameters', function()
    local net = mlp()
    local p, dp = net:getParameters()
    dp:fill(3)
    local before = p:clone()
    net:updateParameters(0.5)
    near(p, before:add(-1.5), 1e-15, 'updated')
    net:zeroGradParameters()
    assert.are.equal(0, dp:sum())
  end)

  it('can be called as a function', function()
    local m, x, g = nn.Linear(3, 2), torch.randn(4, 3), torch.randn(4, 2)
    assert.are.equal(m.output, m(x))
    local output, gradInput = m(x, g)
    assert.are.equal(m.output, output)
    assert.are.equal(m.gradInput, gradInput)
  end)

  it('reuses its buffers', function()
    local net, x, g = mlp(), torch.randn(2, 4), torch.randn(2, 3)
    local output, gradInput = net:forward(x), net:backward(x, g)
    local storage = output:storage()
    assert.are.equal(output, net:forward(x))
    assert.are.equal(gradInput, net:backward(x, g))
    assert.are.equal(storage, net.output:storage())
  end)

  it('without gradInput computes no gradient of the input', function()
    local m = nn.SpatialConvolution(1, 2, 3, 3)
    local x, g = torch.randn(1, 1, 5, 5), torch.randn(1, 2, 3, 3)
    m:zeroGradParameters()
    m:forward(x)
    m.gradInput = nil
    assert.is_nil(m:backward(x, g))
    near(m.gradBias, g:sum(4):sum(3):view(2), 1e-13, 'gradBias')
  end)

  it('gives no parameters when it has none', function()
    assert.is_nil(nn.Tanh():parameters())
    assert.are.same({}, (nn.Sequential():add(nn.Tanh()):parameters()))
  end)
end)
