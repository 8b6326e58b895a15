-- Every criterion: gradients by finite differences, layouts, float against double, averages and
-- weights, ignored targets.

local torch = require 'torch'
local class_names = require 'nn.classes'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
local samples = require 'nn.samples'
require 'nn'

local TOL, FLOAT_TOL = 1e-7, 2e-5

local real, unit, classes, signs = samples.real, samples.unit, samples.classes, samples.signs
local constant, pair = samples.constant, samples.pair
local none = constant(nil)

-- {constructor, input, target}
local rows = {
  {'nn.MSECriterion()', real(3, 4), real(3, 4)}, {'nn.MSECriterion(false)', real(5), real(5)},
  {'nn.AbsCriterion()', real(3, 4), real(3, 4)}, {'nn.AbsCriterion(false)', real(5), real(5)},
  {'nn.SmoothL1Criterion()', real(3, 4), real(3, 4)},
  {'nn.SmoothL1Criterion(false)', real(5), real(5)},
  {'nn.BCECriterion()', unit(3, 4), unit(3, 4)}, {'nn.BCECriterion(nil, false)', unit(5), unit(5)},
  {'nn.BCECriterion(torch.Tensor{1, 2, 0.5, 3})', unit(3, 4), unit(3, 4)},
  {'nn.ClassNLLCriterion()', real(3, 4), classes(4, 3)},
  {'nn.ClassNLLCriterion()', real(4), constant(2)},
  {'nn.ClassNLLCriterion(torch.Tensor{1, 2, 0.5, 3}, false)', real(3, 4), classes(4, 3)},
  {'nn.ClassNLLCriterion(torch.Tensor{1, 2, 0.5, 3})', real(3, 4), classes(4, 3)},
  {'nn.ClassNLLCriterion(nil, true, 2)', real(5, 4), constant(torch.Tensor {1, 2, 3, 2, 4})},
  {'nn.SpatialClassNLLCriterion()', real(2, 4, 3, 2), classes(4, 2, 3, 2)},
  {'nn.CrossEntropyCriterion()', real(3, 4), classes(4, 3)},
  {'nn.CrossEntropyCriterion(torch.Tensor{1, 2, 0.5, 3})', real(3, 4), classes(4, 3)},
  {'nn.CrossEntropyCriterion()', real(4), constant(3)},
  {'nn.CrossEntropyCriterion()', real(3, 4, 1, 1), classes(4, 3, 1, 1)},
  {'nn.ParallelCriterion():add(nn.MSECriterion(), 0.5):add(nn.ClassNLLCriterion())',
    pair(real(3, 4), real(3, 4)), pair(real(3, 4), classes(4, 3))},
  {'nn.ParallelCriterion(true):add(nn.MSECriterion()):add(nn.AbsCriterion(), 2)',
    pair(real(3, 4), real(3, 4)), real(3, 4)},
  {'nn.MultiCriterion():add(nn.MSECriterion(), 0.5):add(nn.AbsCriterion())', real(3, 4),
    real(3, 4)},
  {'nn.MarginCriterion()', real(3, 4), signs(3, 4)}, {'nn.MarginCriterion(0.3)', real(5), real(5)},
  {'nn.SoftMarginCriterion()', real(3, 4), signs(3, 4)},
  {'nn.SoftMarginCriterion(false)', real(5), signs(5)},
  {'nn.DistKLDivCriterion()', real(3, 4), unit(3, 4)},
  {'nn.DistKLDivCriterion(false)', real(4), constant(torch.Tensor {0.5, 0, 0.2, 0.3})},
  {'nn.HingeEmbeddingCriterion()', real(3, 4), signs(3, 4)},
  {'nn.HingeEmbeddingCriterion(0.5)', real(1), constant(-1)},
  {'nn.HuberCriterion()', real(3, 4), real(3, 4)},
  {'nn.HuberCriterion(0.4, false)', real(5), real(5)},
  {'nn.SigmoidFocalCriterion()', real(3, 4), unit(3, 4)},
  {'nn.SigmoidFocalCriterion(0.5, -1, false)', real(5), constant(torch.Tensor {0, 1, 1, 0, 1})},
  {'nn.MultiLabelSoftMarginCriterion()', real(3, 4), unit(3, 4)},
  {'nn.MultiLabelSoftMarginCriterion(torch.Tensor{1, 2, 0.5, 3}, false)', real(3, 4), unit(3, 4)},
  {'nn.L1Cost()', real(3, 4), none}, {'nn.L1Cost()', real(4), none},
  {'nn.WeightedMSECriterion(torch.Tensor{1, 2, 0.5, 3})', real(3, 4), real(3, 4)},
  {'nn.WeightedMSECriterion(torch.Tensor{{1, 2}, {3, 4}})', real(3, 2, 2), real(3, 2, 2)},
  {'nn.WeightedMSECriterion(torch.Tensor{1, 2, 0.5, 3})', real(4), real(4)},
  {'nn.SpatialAutoCropMSECriterion()', real(2, 3, 2, 3), real(2, 3, 4, 5)},
  {'nn.SpatialAutoCropMSECriterion(false)', real(3, 2, 3), real(3, 3, 3)},
  {'nn.ClassSimplexCriterion(4)', real(3, 4), classes(4, 3)},
  {'nn.ClassSimplexCriterion(4)', real(4), constant(3)},
  {'nn.CosineEmbeddingCriterion()', pair(real(3, 9), real(3, 9)), signs(3)},
  {'nn.CosineEmbeddingCriterion(-0.8)', pair(real(4, 5), real(4, 5)), signs(4)},
  {'nn.CosineEmbeddingCriterion()', pair(real(5), real(5)), constant(1)},
  {'nn.MarginRankingCriterion()', pair(real(5), real(5)), signs(5)},
  {'nn.MarginRankingCriterion(0.3)', pair(real(3, 2), real(3, 2)), signs(3, 2)},
  {'nn.MarginRankingCriterion()', pair(real(1), real(1)), constant(-1)},
  {'nn.DistanceRatioCriterion()', pair(unit(5), unit(5)), none},
  {'nn.DistanceRatioCriterion(false)', pair(unit(5, 1), unit(5, 1)), none},
  {'nn.L1HingeEmbeddingCriterion()', pair(real(5), real(5)), constant(1)},
  {'nn.L1HingeEmbeddingCriterion(20)', pair(real(5), real(5)), constant(-1)},
  {'nn.MultiMarginCriterion()', real(3, 4), classes(4, 3)},
  {'nn.MultiMarginCriterion(2, torch.Tensor{1, 2, 0.5, 3}, 0.4)', real(3, 4), classes(4, 3)},
  {'nn.MultiMarginCriterion()', real(4), constant(3)},
  {'nn.MultiLabelMarginCriterion()', real(2, 4),
    constant(torch.Tensor {{2, 4, 0, 1}, {3, 0, 0, 0}})},
  {'nn.MultiLabelMarginCriterion()', real(4), constant(torch.Tensor {2, 1, 4, 3})},
  {'nn.ModuleCriterion(nn.MSECriterion(), nn.Tanh(), nn.Sigmoid())', real(3, 4), real(3, 4)},
  {'nn.ModuleCriterion(nn.ClassNLLCriterion(), nn.LogSoftMax())', real(3, 4), classes(4, 3)},
  {'nn.CrossEntropyCriterion(nil, true, 0.1)', real(3, 4), classes(4, 3)},
  {'nn.CrossEntropyCriterion(torch.Tensor{1, 2, 0.5, 3}, false, 0.2)', real(3, 4), classes(4, 3)},
  {'nn.SoftNLLCriterion(1.5, 0.1, torch.Tensor{1, 2, 0.5, 3}, true, 2)',
    function() return -torch.Tensor(5, 4):uniform(0.1, 3) end,
    constant(torch.Tensor {1, 2, 3, 2, 4})},
  {'nn.SoftNLLCriterion(0.5)', function() return -torch.Tensor(2, 4, 3, 2):uniform(0.1, 3) end,
    classes(4, 2, 3, 2)},
  {'nn.FocalCriterion()', real(3, 4), classes(4, 3)},
  {'nn.FocalCriterion(0.7, torch.Tensor{1, 2, 0.5, 3})', real(2, 4, 3, 2), classes(4, 2, 3, 2)},
  {'nn.FocalCriterion(0, nil, false)', real(4), constant(3)},
  {'nn.CTCCriterion()', real(6, 3, 4), constant(torch.Tensor {{2, 2, 3}, {4, 0, 9}, {0, 0, 0}})},
  {'nn.CTCCriterion(4, false, true)', real(2, 5, 4), constant(torch.Tensor {{1, 2}, {3, 3}})},
  {'nn.CTCCriterion(3)', real(5, 4), constant(torch.Tensor {1, 4, 4})},
  {'nn.NTXentCriterion()', pair(real(4, 3), real(4, 3)), none},
  {'nn.NTXentCriterion(0.1, false)', pair(real(3, 5), real(3, 5)), none},
}

local function construct(row)
  torch.manualSeed(5)
  return assert(loadstring('return ' .. row[1]))(), row[2](), row[3]()
end

local function layouts_of(x, name)
  if type(x) ~= 'table' and not torch.isTensor(x) then return x end
  return jacobian.map(x, function(t)
    local layouts = helpers.layouts(t)
    return layouts[name] or layouts.strided
  end)
end

local function float_of(x)
  if type(x) ~= 'table' and not torch.isTensor(x) then return x end
  return jacobian.map(x, function(t) return t:float() end)
end

describe('criterions:', function()
  for i, row in ipairs(rows) do
    local name = ('%s (row %d)'):format(row[1], i)

    it(name .. ' agrees with finite differences', function()
      local m, input, target = construct(row)
      jacobian.check_criterion(m, input, target, TOL)
    end)

    it(name .. ' takes any layout', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local gradient = jacobian.clone(m:backward(input, target))
      for _, layout in ipairs {'narrowed', 'transposed', 'strided'} do
        local x, t = layouts_of(input, layout), layouts_of(target, layout)
        assert.is_true(helpers.near(m:forward(x, t), loss, 1e-12), layout)
        jacobian.assert_near(m:backward(x, t), gradient, 1e-12, layout)
      end
    end)

    it(name .. ' computes the same in float', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local gradient = jacobian.clone(m:backward(input, target))
      local f = m:clone():float()
      assert.is_true(helpers.near(f:forward(float_of(input), float_of(target)), loss, FLOAT_TOL))
      jacobian.assert_near(f:backward(float_of(input), float_of(target)), gradient, FLOAT_TOL,
        'gradient')
    end)

    it(name .. ' survives serialization', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local copy = torch.deserialize(torch.serialize(m))
      assert.are.equal(loss, copy:forward(input, target))
      assert.are.equal(torch.typename(m), torch.typename(m:clone()))
    end)
  end

  it('have a row for every criterion', function()
    for _, name in ipairs(class_names.criterions()) do
      local covered = name == 'Criterion'
      for _, row in ipairs(rows) do
        covered = covered or row[1]:find('nn.' .. name .. '(', 1, true)
      end
      assert.is_truthy(covered, 'no row for nn.' .. name)
    end
  end)

  it('take class targets of any type', function()
    local m, x = nn.ClassNLLCriterion(), torch.randn(3, 4)
    local loss = m:forward(x, torch.LongTensor {1, 4, 2})
    for _, class in ipairs {'Byte', 'Int', 'Float', 'Double'} do
      local target = torch[class .. 'Tensor'] {1, 4, 2}
      assert.are.equal(loss, m:forward(x, target))
      assert.are.equal('torch.LongTensor', m.target:type())
      assert.are.same({1, 4, 2}, target:totable())
    end
  end)

  it('give no gradient where the target is ignored', function()
    local m, x = nn.ClassNLLCriterion(nil, true, 3), torch.randn(2, 4)
    local target = torch.LongTensor {3, 1}
    assert.is_true(helpers.near(m:forward(x, target), -x[2][1], 1e-15))
    assert.are.equal(0, m:backward(x, target)[1]:abs():sum())
    assert.are.equal(0, nn.ClassNLLCriterion(nil, true, 3):forward(x, torch.LongTensor {3, 3}))
  end)

  it('report and change their type', function()
    for _, row in ipairs(rows) do
      local m = construct(row)
      assert.are.equal('torch.DoubleTensor', m:type())
      assert.are.equal(m, m:float())
      assert.are.equal('torch.FloatTensor', m:type())
    end
  end)

  it('can be called as functions', function()
    local m, x, t = nn.MSECriterion(), torch.randn(3), torch.randn(3)
    local loss, gradient = m(x, t)
    assert.are.equal(m:forward(x, t), loss)
    assert.are.equal(m.gradInput, gradient)
  end)

  it('follow sizeAverage of nn.CrossEntropyCriterion when it is changed', function()
    local m, x, t = nn.CrossEntropyCriterion(), torch.randn(4, 3), torch.Tensor {1, 2, 3, 1}
    local mean = m:forward(x, t)
    m.sizeAverage = false
    assert.is_true(helpers.near(m:forward(x, t), 4 * mean, 1e-14))
    m.nll.sizeAverage = true
    assert.is_true(helpers.near(m:forward(x, t), mean, 1e-14))
  end)
end)
