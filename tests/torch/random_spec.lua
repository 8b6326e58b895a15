-- Random numbers: the streams recorded from Torch7, fills against single numbers in every layout,
-- moments of the distributions, permutations, bad arguments.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'

local function evaluate(expression)
  return assert(loadstring('return ' .. expression))()
end

-- Values of Float tensors were recorded after rounding to float.
local function tolerance(want)
  local is_float = type(want) == 'table' and want.type == 'torch.FloatTensor'
  return is_float and 1e-6 or 1e-14
end

local function same(got, want, what)
  assert.is_nil(recorded.mismatch(got, want, {tol = tolerance(want)}, what))
end

describe('recorded streams', function()
  it('agree in every sequence', function()
    local count = 0
    for _, record in ipairs(helpers.json('rng/sequences.json.gz').records) do
      torch.manualSeed(record.seed)
      local what = ('seed %.0f: %s'):format(record.seed, record.call or record.code)
      if record.repeats then
        local draw = assert(loadstring('return ' .. record.call))
        for i = 1, record.repeats do same(draw(), record.values[i], what .. ' #' .. i) end
      elseif record.call then
        same(evaluate(record.call), record.value, what)
      else
        local results = {assert(loadstring(record.code))()}
        for i, want in ipairs(record.values) do same(results[i], want, what .. ' result ' .. i) end
      end
      if record.next_random then
        assert.are.equal(record.next_random, torch.random(), what .. ': the next number')
      end
      count = count + 1
    end
    assert.is_true(count > 900)
  end)

  it('agree when scalars, tensors and distributions alternate', function()
    for _, record in ipairs(helpers.json('rng/mixed.json.gz').records) do
      torch.manualSeed(record.seed)
      for i, step in ipairs(record.steps or {}) do
        same(evaluate(step[1]), step[2], ('seed %.0f, step %d: %s'):format(record.seed, i, step[1]))
      end
      if not record.steps then
        local last
        for _ = 1, 2000 do last = torch.random() end
        assert.are.equal(record.value, last)
        assert.are.equal(record.next_uniform, torch.uniform())
      end
    end
  end)

end)

-- Distributions: single draw, fill, and mean and variance for these parameters.
local distributions = {
  uniform = {args = {-1, 3}, mean = 1, var = 16 / 12},
  normal = {args = {2, 3}, mean = 2, var = 9},
  logNormal = {args = {0, 0.5}, mean = math.exp(0.125),
    var = (math.exp(0.25) - 1) * math.exp(0.25)},
  exponential = {args = {2}, mean = 0.5, var = 0.25},
  cauchy = {args = {1, 2}},
  geometric = {args = {0.25}, mean = 4 / 3, var = 4 / 9, integer = true},
  bernoulli = {args = {0.3}, mean = 0.3, var = 0.21, integer = true},
  random = {args = {3, 12}, mean = 7.5, var = 99 / 12, integer = true},
}

local float_types = {'Double', 'Float'}
local every_type = {'Double', 'Float', 'Byte', 'Char', 'Short', 'Int', 'Long'}

describe('a fill', function()
  for name, row in pairs(distributions) do
    it('with ' .. name .. ' is the sequence of single numbers', function()
      for _, type_name in ipairs(row.integer and every_type or float_types) do
        for _, n in ipairs {1, 2, 7, 511, 513, 1249, 12001} do
          torch.manualSeed(n)
          torch.normal() -- the pair's second number is pending
          local t = torch[type_name .. 'Tensor'](n)
          assert.are.equal(t, t[name](t, unpack(row.args)))
          local after = torch.getRNGState()
          torch.manualSeed(n)
          torch.normal()
          local want = t:clone()
          for i = 1, n do want[i] = torch[name](unpack(row.args)) end
          helpers.assert_near(t, want, 0, name .. ' ' .. type_name .. ' ' .. n)
          assert.are.equal(0, (after - torch.getRNGState()):ne(0):sum(), 'state after ' .. name)
        end
      end
    end)
  end

  it('runs in logical order whatever the strides', function()
    local source = torch.DoubleTensor(6, 10, 3)
    torch.manualSeed(5)
    local want = torch.randn(6, 10, 3)
    for layout, t in pairs(helpers.layouts(source:zero())) do
      torch.manualSeed(5)
      assert.are.equal(t, t:normal())
      helpers.assert_near(t, want, 0, layout)
    end
    local base = torch.zeros(4, 6)
    base:narrow(2, 2, 3):uniform(1, 2)
    assert.are.equal(12, base:eq(0):sum())
  end)

  it('does not depend on the number of threads', function()
    local threads = torch.getnumthreads()
    for name, row in pairs(distributions) do
      local results = {}
      for i, n in ipairs {1, 2, 3} do
        torch.setnumthreads(n)
        torch.manualSeed(11)
        local t = torch.FloatTensor(200001)
        results[i] = t[name](t, unpack(row.args))
        assert.are.equal(0, results[1]:ne(results[i]):sum(), name)
      end
    end
    torch.setnumthreads(threads)
  end)

  it('rounds the same stream to 16-bit types', function()
    for _, type_name in ipairs {'Half', 'BFloat16'} do
      torch.manualSeed(3)
      local t = torch[type_name .. 'Tensor'](1000):normal():double()
      torch.manualSeed(3)
      local want = torch.randn(1000)
      assert.is_true((t - want):abs():max() < 0.02)
    end
  end)

  it('leaves an empty tensor and the generator alone', function()
    torch.manualSeed(1)
    torch.DoubleTensor():uniform()
    torch.IntTensor():random()
    assert.are.equal(1791095845, torch.random())
  end)
end)

describe('moments', function()
  for name, row in pairs(distributions) do
    if row.mean then
      it('of ' .. name, function()
        torch.manualSeed(17)
        local n = 200000
        local t = torch.DoubleTensor(n)
        t[name](t, unpack(row.args))
        local mean, var = t:mean(), t:var()
        assert.is_true(math.abs(mean - row.mean) < 5 * math.sqrt(row.var / n), 'mean ' .. mean)
        assert.is_true(math.abs(var / row.var - 1) < 0.05, 'variance ' .. var)
      end)
    end
  end
end)

describe('bernoulli with a tensor of probabilities', function()
  it('draws each element with its own', function()
    local p = torch.rand(40, 50)
    for _, type_name in ipairs {'Byte', 'Int', 'Float', 'Double'} do
      torch.manualSeed(2)
      local got = torch[type_name .. 'Tensor'](50, 40):t():bernoulli(p)
      torch.manualSeed(2)
      local u = torch.rand(40, 50)
      for i = 1, 40, 13 do
        for j = 1, 50 do assert.are.equal(u[i][j] <= p[i][j] and 1 or 0, got[i][j]) end
      end
    end
  end)

  it('takes float probabilities, a generator and itself', function()
    local g = torch.Generator()
    torch.manualSeed(g, 4)
    local p = torch.FloatTensor {0, 1, 0.5}
    local a = torch.ByteTensor(3):bernoulli(g, p)
    torch.manualSeed(4)
    assert.are.equal(p, p:bernoulli(p))
    assert.are.same(a:totable(), p:totable())
    assert.are.same({0, 1}, {a[1], a[2]})
  end)
end)

describe('randperm', function()
  it('is a permutation and reuses its result', function()
    for _, n in ipairs {1, 2, 255, 10000} do
      local p = torch.randperm(n)
      assert.are.equal('torch.DoubleTensor', p:type())
      local seen = {}
      for i = 1, n do seen[p[i]] = true end
      for i = 1, n do assert.is_true(seen[i]) end
    end
    local r = torch.IntTensor(3)
    assert.are.equal(r, torch.randperm(r, 20))
    assert.are.equal(20, r:nElement())
    assert.are.equal(r, r:randperm(torch.Generator(), 5))
    assert.are.equal('torch.LongTensor', torch.randperm(4, 'torch.LongTensor'):type())
  end)
end)

describe('rand and randn', function()
  it('take results, generators, storages and type names', function()
    local g = torch.Generator()
    torch.manualSeed(g, 9)
    torch.manualSeed(9)
    local r = torch.FloatTensor()
    assert.are.equal(r, torch.rand(r, g, 2, 3))
    local named = torch.rand(torch.LongStorage {2, 3}, 'torch.FloatTensor')
    assert.are.same(r:totable(), named:totable())
    assert.are.same(torch.randn(g, 4):totable(), torch.randn(4):totable())
    assert.are.equal(r, r:randn(g, 5))
    assert.are.equal(5, r:size(1))
  end)
end)

describe('bad arguments', function()
  local g = torch.Generator()
  local t = torch.Tensor(3)
  local nan = 0 / 0
  for _, case in ipairs {
    {'normal', 0, 0}, {'normal', 0, -1}, {'normal', 0, nan}, {'normal', 'x'}, {'normal', {}},
    {'normal', 1, 2, 3}, {'normal', nil, 1}, {'logNormal', 0, 0}, {'exponential'},
    {'exponential', 0}, {'exponential', -1}, {'exponential', 1, 2}, {'geometric', 0},
    {'geometric', 1}, {'geometric', nan}, {'bernoulli', 1.5}, {'bernoulli', -0.1},
    {'bernoulli', nan}, {'random', 0}, {'random', 5, 3},
    {'random', nan}, {'random', 1, math.huge}, {'random', 2 ^ 60}, {'random', 1, 2, 3},
    {'uniform', true}, {'uniform', 1, 2, 3}, {'cauchy', 1, 2, 3},
  } do
    local name = case[1]
    it(('of %s: %s, %s'):format(name, tostring(case[2]), tostring(case[3])), function()
      torch.manualSeed(1)
      assert.has_error(function() torch[name](unpack(case, 2, 4)) end)
      assert.has_error(function() torch[name](g, unpack(case, 2, 4)) end)
      assert.has_error(function() t[name](t, unpack(case, 2, 4)) end)
      assert.are.equal(1791095845, torch.random())
    end)
  end

  for what, f in pairs {
    ['uniform on integers'] = function() return torch.IntTensor(3):uniform() end,
    ['normal on integers'] = function() return torch.normal(torch.ByteTensor(3)) end,
    ['an expanded result'] = function() return torch.Tensor(1):expand(4):uniform() end,
    ['probabilities beyond 1'] = function() return t:bernoulli(torch.Tensor {0, 0.5, 1.1}) end,
    ['NaN probability'] = function() return t:bernoulli(torch.Tensor {0, 0.5, nan}) end,
    ['integer probabilities'] = function() return t:bernoulli(torch.IntTensor {0, 1, 1}) end,
    ['probabilities of another size'] = function() return t:bernoulli(torch.zeros(4)) end,
    ['rand without sizes'] = function() return torch.rand() end,
    ['rand with only a generator'] = function() return torch.rand(g) end,
    ['rand of NaN'] = function() return torch.rand(nan) end,
    ['rand of an unknown type'] = function() return torch.rand(3, 'torch.NoTensor') end,
    ['randperm of 0'] = function() return torch.randperm(0) end,
    ['randperm of nothing'] = function() return torch.randperm() end,
    ['randperm beyond memory'] = function() return torch.randperm(2 ^ 50) end,
  } do
    it(what, function()
      torch.manualSeed(1)
      assert.has_error(f)
      assert.are.equal(1791095845, torch.random())
    end)
  end
end)
