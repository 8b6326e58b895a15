-- What single criterions promise beyond the rows of criterions_spec.lua: values from their
-- definitions, options, and that training with them allocates nothing.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local randn = torch.randn

local function near(a, b, tol) assert.is_true(helpers.near(a, b, tol or 1e-13), a .. ' ' .. b) end

describe('criterions', function()
  it('smooth labels as their definition says', function()
    local x, t, eps = randn(3, 4), {2, 4, 1}, 0.2
    local w, p, sum, total = {1, 2, 0.5, 3}, nn.LogSoftMax():forward(x), 0, 0
    for i = 1, 3 do
      for k = 1, 4 do
        sum = sum - w[k] * p[i][k] * (eps / 4 + (k == t[i] and 1 - eps or 0))
      end
      total = total + w[t[i]]
    end
    near(nn.CrossEntropyCriterion(torch.Tensor(w), true, eps):forward(x, torch.Tensor(t)),
      sum / total)
    near(nn.CrossEntropyCriterion(torch.Tensor(w), false, eps):forward(x, torch.Tensor(t)), sum)
  end)

  it('are the plain ones without smoothing and with gamma 0', function()
    local x, t, w = randn(5, 4), torch.Tensor {1, 4, 2, 2, 3}, torch.Tensor {1, 2, 0.5, 3}
    local want = nn.CrossEntropyCriterion(w)
    local loss = want:forward(x, t)
    for _, m in ipairs {nn.CrossEntropyCriterion(w, true, 0), nn.FocalCriterion(0, w)} do
      near(m:forward(x, t), loss)
      helpers.assert_near(m:backward(x, t), want:backward(x, t), 1e-13)
    end
    local scores, ones = randn(4), torch.Tensor {1, 0, 1, 1}
    near(nn.SigmoidFocalCriterion(0, -1):forward(scores, ones),
      nn.MultiLabelSoftMarginCriterion():forward(scores, ones))
    near(nn.SigmoidFocalCriterion(0, 0.5):forward(scores, ones) * 2,
      nn.MultiLabelSoftMarginCriterion():forward(scores, ones))
  end)

  it('focus on what is classified badly', function()
    local x = torch.Tensor {1, -0.5, 2}
    local p = nn.SoftMax():forward(x)[2]
    near(nn.FocalCriterion(3):forward(x, 2), -(1 - p) ^ 3 * math.log(p))
    local q = 1 / (1 + math.exp(-1))
    near(nn.SigmoidFocalCriterion():forward(torch.Tensor {1}, torch.Tensor {1}),
      -0.25 * (1 - q) ^ 2 * math.log(q))
    near(nn.SigmoidFocalCriterion():forward(torch.Tensor {1}, torch.Tensor {0}),
      -0.75 * q ^ 2 * math.log(1 - q))
  end)

  it('stay finite with large scores', function()
    local x, t = torch.Tensor {1e4, -1e4, 0}, torch.Tensor {-1, -1, 1}
    near(nn.SoftMarginCriterion(false):forward(x, t), 1e4 + math.log(2))
    local zero_one = torch.Tensor {0, 0, 1}
    near(nn.MultiLabelSoftMarginCriterion(nil, false):forward(x, zero_one), 1e4 + math.log(2))
    near(nn.SigmoidFocalCriterion(2, -1, false):forward(x, zero_one), 1e4 + math.log(2) / 4)
    near(nn.DistanceRatioCriterion(false):forward {x, -x}, 2e4 + math.log(2))
    for _, m in ipairs {nn.SoftMarginCriterion(), nn.MultiLabelSoftMarginCriterion(),
      nn.SigmoidFocalCriterion()} do
      local g = m:backward(x, zero_one)
      assert.is_true(g:ne(g):sum() == 0 and g:abs():max() <= 1)
    end
    local certain = nn.FocalCriterion(0.5)
    near(certain:forward(torch.Tensor {800, 0, 0}, 1), 0)
    assert.are.equal(0, certain:backward(torch.Tensor {800, 0, 0}, 1):abs():max())
  end)

  it('count nothing where a probability is 0', function()
    local x, t = torch.Tensor {-math.huge, -1}, torch.Tensor {0, 1}
    near(nn.DistKLDivCriterion(false):forward(x, t), 1)
    assert.are.same({0, -1}, nn.DistKLDivCriterion(false):backward(x, t):totable())
  end)

  it('let NaN through', function()
    local x = torch.Tensor {0 / 0, 1}
    for _, m in ipairs {nn.MarginCriterion(), nn.SoftMarginCriterion(), nn.DistKLDivCriterion(),
      nn.HingeEmbeddingCriterion(), nn.HuberCriterion(), nn.MultiLabelSoftMarginCriterion()} do
      local loss = m:forward(x, torch.ones(2))
      assert.is_true(loss ~= loss, torch.type(m))
    end
  end)

  it('have the gradients of Torch7 at kinks', function()
    local one = torch.Tensor {1}
    assert.are.equal(0, nn.MarginCriterion():backward(one, one)[1])
    assert.are.equal(0, nn.HingeEmbeddingCriterion():backward(one, -1)[1])
    local ranking = nn.MarginRankingCriterion(0):backward({one, one:clone()}, 1)
    assert.are.equal(-1, ranking[1][1])
    assert.are.equal(1, ranking[2][1])
    assert.are.equal(0, nn.L1Cost():backward(torch.zeros(1))[1])
  end)

  it('embed classes at the corners of a simplex', function()
    local m = nn.ClassSimplexCriterion(5)
    local products = torch.mm(m.simplex, m.simplex:t())
    helpers.assert_near(products, torch.eye(5):mul(1.25):add(-0.25), 1e-14)
    local x = m.simplex:index(1, torch.LongTensor {3, 1, 5}):mul(0.9)
    helpers.assert_near(m:getPredictions(x), torch.mm(x, m.simplex:t()), 1e-15)
    assert.are.same({3, 1, 5}, m:getTopPrediction(x):totable())
    assert.are.same({1}, m:getTopPrediction(x[2]):totable())
    near(m:forward(m.simplex:clone(), torch.range(1, 5)), 0)
  end)

  it('crop the middle of a target', function()
    local target = torch.range(1, 25):view(1, 5, 5)
    local m = nn.SpatialAutoCropMSECriterion()
    near(m:forward(target:narrow(2, 2, 3):narrow(3, 2, 3):clone(), target), 0)
    near(m:forward(target:narrow(2, 1, 4):narrow(3, 2, 2):clone(), target), 0)
  end)

  it('contrast two views of each object', function()
    local a, b, tau, sum = randn(3, 4), randn(3, 4), 0.3, 0
    local z = torch.cat(a, b, 1)
    for i = 1, 6 do z[i]:div(z[i]:norm()) end
    for i = 1, 6 do
      local total = 0
      for k = 1, 6 do
        if k ~= i then total = total + math.exp(z[i]:dot(z[k]) / tau) end
      end
      sum = sum + math.log(total) - z[i]:dot(z[i > 3 and i - 3 or i + 3]) / tau
    end
    near(nn.NTXentCriterion(tau):forward {a, b}, sum / 6, 1e-11)
  end)

  it('in a module give a number and a gradient', function()
    local m, x, t = nn.CriterionTable(nn.MSECriterion()), randn(3, 2), randn(3, 2)
    near(m:forward {x, t}, nn.MSECriterion():forward(x, t))
    local gradient = m:backward({x, t}, 1)
    assert.are.equal(1, #gradient)
    helpers.assert_near(gradient[1], nn.MSECriterion():backward(x, t), 0)
    m:float()
    assert.are.equal('torch.FloatTensor', m.criterion:type())
    near(m:forward {x:float(), t:float()}, nn.MSECriterion():forward(x, t), 1e-6)
    m:clearState()
    helpers.assert_near(m:backward({x:float(), t:float()}, 1)[1]:double(), gradient[1], 1e-6)
  end)

  it('of modules convert them, but not the target module without castTarget', function()
    for _, cast in ipairs {true, false} do
      local m = nn.ModuleCriterion(nn.MSECriterion(), nn.Linear(2, 2), nn.Linear(2, 2), cast)
      m:float()
      assert.are.equal('torch.FloatTensor', m.inputModule:type())
      assert.are.equal(cast and 'torch.FloatTensor' or 'torch.DoubleTensor', m.targetModule:type())
      assert.are.equal('torch.FloatTensor', m.criterion:type())
    end
  end)

  it('may penalise what passes', function()
    local x, g = torch.Tensor {1, -2, 0}, torch.Tensor {5, 6, 7}
    local m = nn.L1Penalty(0.5)
    assert.are.equal(x, m:forward(x))
    assert.are.equal(1.5, m.loss)
    assert.are.same({5.5, 5.5, 7}, m:backward(x, g):totable())
    local mean = nn.L1Penalty(0.6, true, false)
    mean:forward(x)
    near(mean.loss, 0.6)
    helpers.assert_near(mean:backward(x), torch.Tensor {0.2, -0.2, 0}, 1e-15)
    m:clearState()
    assert.are.same({1, -2, 0}, x:totable())
  end)

  it('change their type', function()
    for _, m in ipairs {nn.CosineEmbeddingCriterion(), nn.MarginRankingCriterion(),
      nn.L1HingeEmbeddingCriterion()} do
      local a, b = randn(1), randn(1)
      local loss = m:forward({a, b}, -1)
      near(m:float():forward({a:float(), b:float()}, -1), loss, 1e-6)
      assert.are.equal('torch.FloatTensor', m:backward({a:float(), b:float()}, -1)[1]:type())
    end
    local half = nn.HuberCriterion():half()
    near(half:forward(torch.HalfTensor {1.5}, torch.HalfTensor {0}), 1)
    assert.are.equal('torch.HalfTensor', half:backward(torch.HalfTensor {1.5},
      torch.HalfTensor {0}):type())
  end)
end)

-- {constructor, input, target}
local function pair(n) return {randn(8, n), randn(8, n)} end
local signs = torch.Tensor(8):bernoulli(0.5):mul(2):add(-1)
local classes = torch.LongTensor(8):random(1, 5)
local labels = torch.LongTensor(8, 5):zero()
labels:narrow(2, 1, 2):random(1, 5)
local steady = {
  {'nn.MarginCriterion()', randn(8), signs}, {'nn.SoftMarginCriterion()', randn(8), signs},
  {'nn.HingeEmbeddingCriterion()', randn(8), signs}, {'nn.HuberCriterion()', randn(8), signs},
  {'nn.MultiLabelSoftMarginCriterion()', randn(8), signs}, {'nn.L1Cost()', randn(8)},
  {'nn.WeightedMSECriterion(torch.ones(5))', randn(8, 5), randn(8, 5)},
  {'nn.SpatialAutoCropMSECriterion()', randn(8, 5, 4), randn(8, 6, 6)},
  {'nn.ClassSimplexCriterion(5)', randn(8, 5), classes},
  {'nn.CosineEmbeddingCriterion()', pair(3), signs},
  {'nn.MarginRankingCriterion()', pair(1), signs}, {'nn.DistanceRatioCriterion()', pair(1)},
  {'nn.L1HingeEmbeddingCriterion()', pair(3), -1},
  {'nn.MultiMarginCriterion()', randn(8, 5), classes},
  {'nn.MultiLabelMarginCriterion()', randn(8, 5), labels},
  {'nn.FocalCriterion()', randn(8, 5), classes},
  {'nn.CrossEntropyCriterion(nil, true, 0.1)', randn(8, 5), classes},
  {'nn.CTCCriterion(5)', randn(6, 8, 5), labels:clone():clamp(0, 4)},
  {'nn.NTXentCriterion()', pair(3)},
  {'nn.ModuleCriterion(nn.MSECriterion(), nn.Tanh(), nn.Sigmoid())', randn(8), randn(8)},
}

describe('after warm-up nothing is allocated by', function()
  for _, case in ipairs(steady) do
    it(case[1], function()
      local m = assert(loadstring('return ' .. case[1]))()
      local function step()
        m:forward(case[2], case[3])
        m:backward(case[2], case[3])
      end
      for _ = 1, 3 do step() end
      assert.are.equal(0, helpers.allocated(function()
        for _ = 1, 5 do step() end
      end))
    end)
  end
end)
