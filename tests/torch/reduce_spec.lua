-- Reductions: recorded values, every layout and type against plain Lua, NaN and ties, accuracy,
-- independence of the number of threads.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'

local float_types = {Half = 2e-3, BFloat16 = 2e-2, Float = 1e-6, Double = 1e-13}
local integer_types = {'Byte', 'Char', 'Short', 'Int', 'Long'}

-- References over a list of numbers ---------------------------------------------------------------

local function fold(start, step)
  return function(list)
    local acc = start
    for i = 1, #list do acc = step(acc, list[i]) end
    return acc
  end
end

local reference = {
  sum = fold(0, function(a, x) return a + x end),
  prod = fold(1, function(a, x) return a * x end),
  max = fold(-math.huge, math.max),
  min = fold(math.huge, math.min),
}
function reference.mean(list) return reference.sum(list) / #list end
function reference.var(list)
  local mean, acc = reference.mean(list), 0
  for i = 1, #list do acc = acc + (list[i] - mean) ^ 2 end
  return acc / (#list - 1)
end
function reference.std(list) return math.sqrt(reference.var(list)) end

local norms = {
  [0] = function(list)
    local n = 0
    for i = 1, #list do n = n + (list[i] ~= 0 and 1 or 0) end
    return n
  end,
  [math.huge] = function(list) return torch.Tensor(list):abs():max() end,
  [-math.huge] = function(list) return torch.Tensor(list):abs():min() end,
}
for _, p in ipairs {1, 2, 3, 2.5, -1} do
  norms[p] = function(list)
    local acc = 0
    for i = 1, #list do acc = acc + math.abs(list[i]) ^ p end
    return acc ^ (1 / p)
  end
end

-- The elements of x along dim for each position of the other dimensions, in logical order.
local function lines(x, dim)
  local moved = x:transpose(dim, x:dim()):contiguous()
  local n = x:size(dim)
  local flat, out = helpers.flat(moved), {}
  for i = 1, #flat, n do out[#out + 1] = {unpack(flat, i, i + n - 1)} end
  return out, moved:size():totable()
end

-- Asserts that got, a reduction of x along dim, holds f of each line.
local function assert_lines(got, x, dim, f, tol, what)
  assert.are.equal(1, got:size(dim), what)
  local flat = helpers.flat(got:transpose(dim, got:dim()))
  local all = lines(x, dim)
  assert.are.equal(#all, #flat, what)
  for i = 1, #all do
    local want = f(all[i])
    if not helpers.near(flat[i], want, tol) then
      error(('%s: line %d gives %.17g, expected %.17g'):format(what, i, flat[i], want), 2)
    end
  end
end

local function sample(type_name, ...)
  local x = torch.DoubleTensor(...):uniform(-2, 2):mul(16):round():div(16)
  return x:type('torch.' .. type_name .. 'Tensor')
end

describe('recorded reductions', function()
  it('are reproduced', function()
    local passed, failures = replay.file('ops/reduce.json.gz')
    assert.are.same({}, failures)
    assert.are.equal(499, passed)
  end)
end)

describe('reductions against plain Lua', function()
  it('agree for every type, layout and dimension', function()
    torch.manualSeed(1)
    for type_name, tol in pairs(float_types) do
      for _, size in ipairs {{7}, {3, 5}, {70, 6}, {4, 33, 5}, {2, 3, 4, 5}} do
        for layout, x in pairs(helpers.layouts(sample(type_name, torch.LongStorage(size)))) do
          local flat = helpers.flat(x)
          for name, f in pairs(reference) do
            local what = ('%s of a %s %s, dim '):format(name, layout, type_name)
            if name ~= 'prod' then
              assert.is_true(helpers.near(x[name](x), f(flat), 1e-12), what)
            end
            for d = 1, #size do assert_lines(x[name](x, d), x, d, f, tol, what .. d) end
          end
          for p, f in pairs(norms) do
            local y = torch.add(x, 4) -- away from 0
            local what = ('norm %g of a %s %s, dim '):format(p, layout, type_name)
            assert.is_true(helpers.near(y:norm(p), f(helpers.flat(y)), 1e-12), what)
            for d = 1, #size do assert_lines(y:norm(p, d), y, d, f, tol, what .. d) end
          end
        end
      end
    end
  end)

  it('agree for integers, which wrap along a dimension only', function()
    torch.manualSeed(2)
    for _, type_name in ipairs(integer_types) do
      local x = torch.LongTensor(9, 40):random(0, 120):type('torch.' .. type_name .. 'Tensor')
      for layout, y in pairs(helpers.layouts(x)) do
        for _, name in ipairs {'sum', 'max', 'min'} do
          local what = name .. ' of a ' .. layout .. ' ' .. type_name
          assert.are.equal(reference[name](helpers.flat(y)), y[name](y), what)
          for d = 1, 2 do
            local function wrapped(list)
              return torch.LongTensor {reference[name](list)}:type(y:type())[1]
            end
            assert_lines(y[name](y, d), y, d, wrapped, 0, what)
          end
        end
      end
    end
    assert.are.equal(2 ^ 40, torch.LongTensor {2 ^ 39, 2 ^ 39}:sum())
    assert.are.equal(-2, torch.CharTensor {127, 127}:sum(1)[1])
  end)

  it('agree for sizes around the chunks that threads share', function()
    for _, n in ipairs {31, 32, 33, 4095, 4097, 32767, 32768, 32769, 100001} do
      local x = torch.range(1, n):double()
      assert.are.equal(n * (n + 1) / 2, x:sum())
      assert.are.equal(n, x:max())
      assert.is_true(helpers.near(x:var(), n * (n + 1) / 12, 1e-12))
      local values, at = x:max(1)
      assert.are.equal(n, values[1])
      assert.are.equal(n, at[1])
      local two = torch.Tensor(2, n)
      two[1]:copy(x)
      two[2]:copy(x):mul(-1)
      assert.are.equal(n * (n + 1) / 2, two:sum(2)[1][1])
      assert.are.equal(n, select(2, two:min(2))[2][1])
      assert.are.equal(1, select(2, two:max(2))[2][1])
      local columns = two:t():contiguous()
      local wide = torch.Tensor(n, 5):copy(columns:narrow(2, 1, 1):expand(n, 5))
      assert.are.equal(n * (n + 1) / 2, wide:sum(1)[1][5])
      assert.are.equal(n, select(2, wide:max(1))[1][4])
      assert.is_true(helpers.near(wide:var(1)[1][3], n * (n + 1) / 12, 1e-12))
    end
  end)
end)

describe('max and min', function()
  it('give the first of equal values and the first NaN', function()
    local nan = 0 / 0
    for _, n in ipairs {5, 40, 5000, 70000} do
      local x = torch.FloatTensor(n, 6):fill(1)
      x[3]:fill(2)
      x[n]:fill(2)
      local values, at = x:max(1)
      assert.are.equal(12, values:sum())
      assert.are.equal(18, at:sum())
      values, at = x:t():contiguous():max(2)
      assert.are.equal(12, values:sum())
      assert.are.equal(18, at:sum())
      x[n - 1]:fill(nan)
      x[n]:fill(nan)
      for _, name in ipairs {'max', 'min'} do
        for layout, y in pairs {columns = x, lines = x:t():contiguous():t()} do
          values, at = y[name](y, 1)
          assert.is_true(values[1][1] ~= values[1][1], name .. layout)
          assert.are.equal(n - 1, at[1][6], name .. layout)
        end
        assert.is_true(x[name](x) ~= x[name](x))
      end
    end
  end)

  it('handle infinities and the smallest integers', function()
    local inf = math.huge
    assert.are.equal(-inf, torch.Tensor {-inf, -inf}:max())
    assert.are.equal(1, select(2, torch.Tensor {-inf, -inf}:max(1))[1])
    assert.are.equal(-128, torch.CharTensor {-128}:max())
    local smallest = torch.LongTensor(40):fill(-2 ^ 63)
    assert.are.equal(1, select(2, smallest:max(1))[1])
  end)

  it('fill results given in any form', function()
    local x = torch.Tensor {{1, 5}, {7, 2}}
    local r, i = torch.Tensor(), torch.LongTensor()
    local a, b = torch.max(r, i, x, 2)
    assert.is_true(a == r and b == i)
    a, b = torch.max(r, x, 1)
    assert.is_true(a == r)
    assert.are.same({2, 1}, helpers.flat(b))
    a, b = torch.min(i, x, 1)
    assert.is_true(b == i)
    assert.are.same({1, 2}, helpers.flat(a))
    x:max(i, x, 1) -- the input as result
    assert.are.same({7, 5}, helpers.flat(x))
  end)
end)

describe('accuracy', function()
  it('holds for large means and long sums', function()
    local x = torch.DoubleTensor(100000):uniform(0, 1):add(1e9)
    assert.is_true(helpers.near(x:var(), 1 / 12, 1e-2))
    local shifted = torch.add(x, -1e9)
    assert.is_true(helpers.near(x:var(), shifted:var(), 1e-9))
    local columns = x:view(20000, 5)
    local near_zero = shifted:view(20000, 5)
    for j = 1, 5 do
      assert.is_true(helpers.near(columns:var(1)[1][j], near_zero:select(2, j):var(), 1e-6))
    end
    local tenths = torch.FloatTensor(1000000):fill(0.1)
    assert.is_true(helpers.near(tenths:sum(), 1e6 * tenths[1], 1e-12))
    assert.is_true(helpers.near(tenths:mean(1)[1], tenths[1], 1e-7))
  end)
end)

describe('results', function()
  it('do not depend on the number of threads', function()
    local before = torch.getnumthreads()
    torch.manualSeed(3)
    local x = torch.FloatTensor(300, 1100):uniform(-1, 1)
    local long = torch.FloatTensor(600000, 4):uniform(-1, 1)
    local function everything()
      local out = {}
      for _, t in ipairs {x, x:t(), x:narrow(2, 3, 700), long, long:t()} do
        for _, name in ipairs {'sum', 'mean', 'var', 'norm', 'max'} do
          out[#out + 1] = t[name](t)
        end
        for d = 1, 2 do
          for _, name in ipairs {'sum', 'var', 'prod'} do out[#out + 1] = t[name](t, d):sum() end
          out[#out + 1] = t:norm(3, d):sum()
          out[#out + 1] = select(2, t:max(d)):sum()
          out[#out + 1] = t:cumsum(d):sum()
        end
      end
      return out
    end
    torch.setnumthreads(1)
    local one = everything()
    torch.setnumthreads(5)
    local five = everything()
    torch.setnumthreads(before)
    assert.are.same(one, five)
  end)
end)
