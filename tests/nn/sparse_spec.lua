-- nn.SparseLinear and nn.IndexLinear against nn.Linear on the same samples made dense.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near
local TOL = 1e-12
local INS = 9

-- Three samples: keys, values, and dense. The second repeats a key, the last is a single entry.
local keys = {torch.LongTensor {2, 7, 9}, torch.LongTensor {1, 2, 2, 8}, torch.LongTensor {5}}
local function samples()
  torch.manualSeed(3)
  local values, dense = {}, torch.zeros(3, INS)
  for i, k in ipairs(keys) do
    values[i] = torch.randn(k:size(1))
    for j = 1, k:size(1) do dense[i][k[j]] = dense[i][k[j]] + values[i][j] end
  end
  return values, dense
end

local function pairs_of(k, v) return torch.cat(k:double(), v, 2) end

local function sparse_input(values)
  local list = {}
  for i, v in ipairs(values) do list[i] = pairs_of(keys[i], v) end
  return list
end

local function joined(values)
  local sizes = torch.LongTensor(3)
  for i, k in ipairs(keys) do sizes[i] = k:size(1) end
  return {torch.cat(keys, 1), torch.cat(values, 1), sizes}
end

-- Forms of one batch: {name, constructor, its input from the values, weight from and to [out in]}.
local function transposed(w) return w:t() end
local function same(w) return w end
local forms = {
  {'SparseLinear', 'SparseLinear', sparse_input, same},
  {'IndexLinear of lists', 'IndexLinear', function(values) return {keys, values} end, transposed},
  {'IndexLinear of joined samples', 'IndexLinear', joined, transposed},
}

-- The module, an nn.Linear of the same function, and its input, sparse and dense.
local function pair(form, outs)
  local values, dense = samples()
  local m, linear = nn[form[2]](INS, outs, true), nn.Linear(INS, outs)
  m.weight:copy(form[4](linear.weight))
  m.bias:copy(linear.bias)
  m:zeroGradParameters()
  linear:zeroGradParameters()
  return m, linear, form[3](values), dense
end

local function assert_equal_parameters(form, m, linear, tol)
  near(form[4](m.weight):contiguous():double(), linear.weight:double(), tol or TOL, 'weight')
  near(m.bias:double(), linear.bias:double(), tol or TOL, 'bias')
end

for _, form in ipairs(forms) do
  for _, outs in ipairs {1, 3, 11} do
    describe(('nn.%s with %d outputs'):format(form[1], outs), function()
      it('computes what nn.Linear does', function()
        local m, linear, x, dense = pair(form, outs)
        near(m:forward(x), linear:forward(dense), TOL, 'output')
      end)

      it('accumulates, updates and zeros as nn.Linear', function()
        local m, linear, x, dense = pair(form, outs)
        for _, passes in ipairs {1, 2, 3, 1} do
          for pass = 1, passes do
            local g = torch.randn(3, outs)
            m:forward(x)
            linear:forward(dense)
            m:backward(x, g, 0.5 * pass)
            linear:backward(dense, g, 0.5 * pass)
          end
          near(m.gradBias, linear.gradBias, TOL, 'gradBias')
          m:updateParameters(0.1)
          linear:updateParameters(0.1)
          assert_equal_parameters(form, m, linear)
          m:zeroGradParameters()
          linear:zeroGradParameters()
          assert.are.equal(0, m.gradBias:norm())
          if form[2] == 'SparseLinear' then assert.are.equal(0, m.gradWeight:norm()) end
        end
      end)

      it('updates at once without touching accumulated gradients', function()
        local m, linear, x, dense = pair(form, outs)
        local g = torch.randn(3, outs)
        for _, module in ipairs {m, linear} do
          local input = module == m and x or dense
          module:forward(input)
          module:backward(input, g, 1)
          module:forward(input)
          module:backwardUpdate(input, g, 0.25)
          module:updateParameters(0.1)
        end
        assert_equal_parameters(form, m, linear)
      end)

      it('computes in float and half', function()
        local m, linear, x, dense = pair(form, outs)
        local g = torch.randn(3, outs)
        local want = linear:forward(dense)
        linear:backward(dense, g)
        linear:updateParameters(0.1)
        for name, tol in pairs {float = 1e-5, half = 2e-2} do
          local f = m:clone()[name](m:clone())
          near(f:forward(x):double(), want, tol, name)
          f:zeroGradParameters()
          f:backward(x, g[name](g))
          f:updateParameters(0.1)
          assert_equal_parameters(form, f, linear, tol)
        end
      end)

      it('survives clearState and saving', function()
        local m, linear, x, dense = pair(form, outs)
        m:forward(x)
        m:backward(x, torch.randn(3, outs))
        local copy = torch.deserialize(torch.serialize(m:clearState()))
        copy:zeroGradParameters()
        near(copy:forward(x), linear:forward(dense), TOL, 'output')
      end)
    end)
  end
end

describe('the gradient of the input', function()
  local function gradients(form)
    local m, linear, x, dense = pair(form, 4)
    local g = torch.randn(3, 4)
    m:forward(x)
    linear:forward(dense)
    return m:backward(x, g), linear:backward(dense, g)
  end

  it('of nn.SparseLinear has pairs', function()
    local got, want = gradients(forms[1])
    for i = 1, 3 do
      near(got[i]:select(2, 1):clone(), torch.range(1, INS), 0, 'keys')
      near(got[i]:select(2, 2):clone(), want[i], TOL, 'values')
    end
  end)

  it('of nn.IndexLinear has the form of the input', function()
    local got, want = gradients(forms[2])
    for i = 1, 3 do
      near(got[1][i]:double(), torch.range(1, INS), 0, 'keys')
      near(got[2][i], want[i], TOL, 'values')
    end
    got, want = gradients(forms[3])
    near(got[2]:view(3, INS), want, TOL, 'joined values')
    assert.are.equal(3 * INS, got[3]:sum())
  end)
end)

describe('single samples', function()
  it('give vectors', function()
    local values, dense = samples()
    local m, linear = pair(forms[1], 3)
    near(m:forward(pairs_of(keys[1], values[1])), linear:forward(dense[1]), TOL, 'SparseLinear')
    m, linear = pair(forms[2], 3)
    near(m:forward {keys[1], values[1]}, linear:forward(dense[1]), TOL, 'IndexLinear')
    local g = torch.randn(3)
    near(m:backward({keys[1], values[1]}, g)[2], linear:backward(dense[1], g), TOL, 'gradInput')
    local one = m:forward {keys[1], values[1], keys[1]:size(1)}
    near(one, linear:forward(dense[1]):view(1, 3), TOL, 'joined')
  end)

  it('of no entries give the bias', function()
    local m = nn.SparseLinear(INS, 3)
    near(m:forward {torch.Tensor(), pairs_of(keys[3], torch.ones(1))}[1], m.bias, 0, 'bias')
  end)

  it('stand in rows of a tensor too', function()
    local m, x = nn.SparseLinear(INS, 3), torch.Tensor {{{1, 2}, {3, 4}}, {{2, -1}, {9, 5}}}
    near(m:forward(x):clone(), m:forward {x[1], x[2]}, 0, 'batch')
  end)
end)

it('nn.SparseLinear adds weightDecay times the weight to the gradient', function()
  local m, linear, x, dense = pair(forms[1], 3)
  local g = torch.randn(3, 3)
  m.weightDecay = 0.1
  m:forward(x)
  m:backward(x, g)
  linear:forward(dense)
  linear:backward(dense, g)
  near(m.gradWeight, linear.gradWeight + linear.weight * 0.1, TOL, 'gradWeight')
  m:updateParameters(1)
  near(m.weight, linear.weight * 0.9 - linear.gradWeight, TOL, 'weight')
end)

it('nn.IndexLinear decays the weights of the entries', function()
  local x, decay, lr = {torch.LongTensor {2}, torch.Tensor {3}}, 0.1, 0.5
  for _, update in ipairs {'backwardUpdate', 'backward'} do
    local m = nn.IndexLinear(4, 2)
    m.weight:fill(1)
    m.weightDecay = decay
    m:zeroGradParameters()
    m:forward(x)
    m[update](m, x, torch.Tensor {1, 2}, update == 'backwardUpdate' and lr or 1)
    if update == 'backward' then m:updateParameters(lr) end
    near(m.weight[2], torch.Tensor {1 - lr * decay - lr * 3, 1 - lr * decay - lr * 6}, TOL, update)
    near(m.weight[1], torch.ones(2), 0, 'untouched')
  end
end)

it('nn.IndexLinear takes keys that start elsewhere', function()
  local values, dense = samples()
  local m, linear = pair(forms[2], 3)
  m.offset = nn.IndexLinear(INS, 3, true, 20).offset
  near(m:forward {keys[1] + 20, values[1]}, linear:forward(dense[1]), TOL, 'output')
  local gradInput = m:backward({keys[1] + 20, values[1]}, torch.randn(3))
  assert.are.equal(21, gradInput[1][1])
  assert.are.equal(20 + INS, gradInput[1][INS])
end)

describe('nn.IndexLinear with normalize', function()
  local function normalized()
    torch.manualSeed(5)
    local m = nn.IndexLinear(5, 2, false, 0, nil, nil, true)
    m.weight:narrow(2, 4, 3):uniform(-1, 1)
    m.weight:narrow(2, 5, 2):uniform(-1, 1)
    return m
  end

  it('divides by the largest value of a key and adds the shift', function()
    local m = normalized()
    m:forward {torch.LongTensor {2, 2, 3}, torch.Tensor {2, -4, 0.5}}
    assert.are.equal(4, m.weight[2][1])
    assert.are.equal(0.25, m.weight[2][2])
    assert.are.equal(0.5, m.weight[3][1])
    m:evaluate()
    local w = m.weight
    local x = {torch.LongTensor {2, 3}, torch.Tensor {3, -7}} -- -7 is beyond what was seen
    local want = m.bias + w[2]:narrow(1, 5, 2) * (3 / 4 + w[2][4])
      + w[3]:narrow(1, 5, 2) * (-1 + w[3][4])
    near(m:forward(x), want, TOL, 'output')
  end)

  it('learns weights and shifts by the gradient', function()
    local x, g, lr = {torch.LongTensor {2, 4}, torch.Tensor {3, -7}}, torch.Tensor {0.3, -2}, 0.1
    for _, update in ipairs {'backwardUpdate', 'backward'} do
      local m = normalized()
      m:forward(x)
      local before = m.weight:clone()
      local function loss() return m:forward(x):dot(g) end
      local want = before:clone()
      for _, key in ipairs {2, 4} do
        for column = 4, 6 do
          local eps = 1e-6
          m.weight[key][column] = before[key][column] + eps
          local above = loss()
          m.weight[key][column] = before[key][column] - eps
          want[key][column] = before[key][column] - lr * (above - loss()) / (2 * eps)
          m.weight[key][column] = before[key][column]
        end
      end
      m:zeroGradParameters()
      m:forward(x)
      m[update](m, x, g, update == 'backwardUpdate' and lr or 1)
      if update == 'backward' then m:updateParameters(lr) end
      near(m.weight, want, 1e-8, update)
    end
  end)
end)

it('steps of sparse layers allocate nothing after the first', function()
  for k, form in ipairs(forms) do
    local m, _, x = pair(form, 3)
    m.doGradInput = form[2] == 'SparseLinear'
    local g = torch.randn(3, 3)
    local function step()
      m:zeroGradParameters()
      m:forward(x)
      m:backward(x, g)
      m:updateParameters(0.1)
    end
    for _ = 1, 3 do step() end
    assert.are.equal(0, helpers.allocated(function()
      for _ = 1, 5 do step() end
    end), form[1] .. k)
  end
end)
