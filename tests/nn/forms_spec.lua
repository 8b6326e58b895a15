-- Forms of layers and containers that are less common.

local torch = require 'torch'
local nn = require 'nn'
local helpers = require 'helpers'

local near = helpers.assert_near

describe('nn.AddConstant of a vector', function()
  local constant = torch.Tensor {1, 2, 3}

  it('adds it to every row', function()
    local layer = nn.AddConstant(constant)
    near(layer:forward(torch.Tensor {-1, -2, -3}), torch.zeros(3), 0, 'one row')
    near(layer:forward(torch.Tensor {{0, 0, 0}, {1, 1, 1}}),
      torch.Tensor {{1, 2, 3}, {2, 3, 4}}, 0, 'rows')
  end)

  it('works in place, and gives the input back', function()
    local layer, x = nn.AddConstant(constant, true), torch.ones(2, 3)
    assert.are.equal(x:storage(), layer:forward(x):storage())
    near(x, torch.Tensor {{2, 3, 4}, {2, 3, 4}}, 0, 'output')
    layer:backward(x, torch.ones(2, 3))
    near(x, torch.ones(2, 3), 0, 'input')
  end)

  it('is converted with the module', function()
    local y = nn.AddConstant(constant):float():forward(torch.FloatTensor(2, 3):zero())
    near(y, torch.FloatTensor {{1, 2, 3}, {1, 2, 3}}, 0, 'floats')
  end)

  it('refuses rows of another length', function()
    for _, x in ipairs {torch.ones(2, 4), torch.ones(1, 2, 3), torch.Tensor()} do
      helpers.assert_fails('nn.AddConstant', nn.AddConstant(constant).forward,
        nn.AddConstant(constant), x)
    end
  end)
end)

describe('batch normalization of a single sample', function()
  for name, sizes in pairs {
    BatchNormalization = {3}, SpatialBatchNormalization = {3, 2, 4},
    VolumetricBatchNormalization = {3, 2, 4, 2},
  } do
    local function layer()
      local bn = nn[name](3)
      bn.running_mean:uniform()
      bn.running_var:uniform(1, 2)
      return bn:evaluate() or bn
    end

    it(name .. ' makes it a batch of one in evaluation', function()
      local bn, x = layer(), torch.rand(torch.LongStorage(sizes))
      local g = torch.rand(x:size())
      local batch, gradient = torch.rand(1, unpack(sizes)), torch.rand(1, unpack(sizes))
      batch[1]:copy(x)
      gradient[1]:copy(g)
      local y, dx = bn:forward(batch):clone(), bn:backward(batch, gradient):clone()
      near(bn:forward(x), y, 0, 'output')
      assert.are.same(batch:size():totable(), x:size():totable())
      near(bn:backward(x, g), dx, 0, 'gradInput')
    end)

    it(name .. ' refuses it in training', function()
      local bn = nn[name](3)
      helpers.assert_fails('nn.' .. name, bn.forward, bn, torch.rand(torch.LongStorage(sizes)))
    end)
  end
end)

describe('nn.OneHot of a number', function()
  it('is a vector, whose gradient is 0', function()
    local layer = nn.OneHot(4)
    near(layer:forward(3), torch.Tensor {0, 0, 1, 0}, 0, 'output')
    assert.are.equal(0, layer:updateGradInput(3, torch.rand(4)))
  end)

  it('refuses numbers that are no class', function()
    local layer = nn.OneHot(4)
    for _, class in ipairs {0, 5, 1.5, -1} do
      helpers.assert_fails('nn.OneHot', layer.forward, layer, class)
    end
  end)
end)

describe('nn.Concat', function()
  it('tells how many modules it has', function()
    for _, class in ipairs {'Concat', 'DepthConcat'} do
      local container = nn[class](1):add(nn.Identity()):add(nn.Identity())
      assert.are.equal(2, container:size())
      container:forward(torch.rand(2, 3, 3))
      assert.are.equal(2, container:size())
    end
  end)
end)

describe('nn.DontCast', function()
  it('finds the type of a module by its parameters', function()
    local module = nn.ParallelTable():add(nn.Linear(4, 2)):add(nn.Linear(4, 2)):float()
    local layer = nn.DontCast(module, true)
    local y = layer:forward {torch.rand(3, 4), torch.rand(3, 4)}
    assert.are.equal('torch.DoubleTensor', torch.type(y[2]))
    assert.are.equal('torch.FloatTensor', torch.type(module:get(2).output))
  end)
end)

describe('nn.SparseJacobian', function()
  it('varies the second column of wider inputs', function()
    local layer, x = nn.Linear(5, 3), torch.randn(4, 5)
    assert.is_true(nn.SparseJacobian.testJacobian(layer, x) < 1e-6)
    assert.is_true(nn.SparseJacobian.testJacobianParameters(layer, x, layer.weight,
      layer.gradWeight) < 1e-6)
  end)
end)
