-- apply, map and map2 with functions of every kind: their loops are shared by the closures that one
-- expression makes, and fresh for the first of them.

local ffi = require 'ffi'
local helpers = require 'helpers'
local torch = require 'torch'

describe('apply', function()
  it('calls each of many closures of one expression with its own upvalues', function()
    for k = 1, 12 do
      local x = torch.FloatTensor(300):fill(1)
      x:apply(function(v) return v * k end)
      assert.are.equal(300 * k, x:sum())
    end
  end)

  it('takes one function for every type in turn', function()
    local function f(v) return v + 1 end
    for _ = 1, 3 do
      for _, name in ipairs {'Byte', 'Int', 'Long', 'Float', 'Double', 'Half'} do
        local x = torch[name .. 'Tensor'](100):fill(2)
        assert.are.equal(x, x:apply(f))
        assert.are.equal(300, x:double():sum())
      end
    end
  end)

  it('takes functions of C', function()
    local x = torch.Tensor {-1, 2, -3}
    x:apply(math.abs)
    assert.are.same({1, 2, 3}, x:totable())
  end)

  it('visits elements in order at every length where the function only does sums', function()
    for _, name in ipairs {'Float', 'Double', 'Int'} do
      for n = 1, 34 do
        local x, calls, expected = torch[name .. 'Tensor'](n + 2):fill(7), 0, {7}
        x:narrow(1, 2, n):apply(function(v)
          calls = calls + 1
          return v * 10 + calls
        end)
        for i = 1, n do expected[i + 1] = 70 + i end
        expected[n + 2] = 7
        assert.are.same(expected, x:totable())
      end
    end
  end)

  it('leaves elements alone when such a function returns nothing', function()
    local x, sum = torch.range(1, 20), 0
    x:apply(function(v) sum = sum + v end)
    assert.are.equal(210, sum)
    assert.are.same(torch.range(1, 20):totable(), x:totable())
  end)

  it('gives such a function infinities, great numbers and NaNs of any bits', function()
    for name, great in pairs {Float = 2 ^ 127, Double = 2 ^ 1023} do
      for at = 1, 20 do
        local x, values = torch[name .. 'Tensor'](20):fill(1), {-1 / 0, 1 / 0, -great, great}
        for k, value in ipairs(values) do
          x[(at + k) % 20 + 1] = value
        end
        local bytes = x:elementSize()
        ffi.fill(x:data() + at - 1, bytes, 255) -- a NaN with every bit set
        x:apply(function(v) return -v end)
        for k, value in ipairs(values) do
          assert.are.equal(-value, x[(at + k) % 20 + 1])
        end
        local found = x[at]
        assert.are.equal('number', type(found))
        assert.is_true(found ~= found)
        assert.are.equal(15, x:eq(-1):sum())
      end
    end
  end)

  it('does not take arithmetic on objects for arithmetic', function()
    local x = torch.FloatTensor(16):fill(1)
    local meddler = setmetatable({}, {__mul = function()
      ffi.fill(x:data(), 16 * x:elementSize(), 255)
      return 3
    end})
    x:apply(function(v) return v * meddler end)
    assert.are.equal(3, x[16])
  end)

  it('may be called inside of another', function()
    local x, inner = torch.Tensor {1, 2}, torch.Tensor {10, 20}
    local function double(v) return v * 2 end
    x:apply(function(v)
      inner:apply(double)
      return v + inner[1]
    end)
    assert.are.same({21, 42}, x:totable())
  end)

  it('does not keep functions alive', function()
    local seen = setmetatable({}, {__mode = 'k'})
    local function use()
      local upvalue = {}
      seen[upvalue] = true
      torch.Tensor(3):apply(function() return upvalue and 1 end)
    end
    use()
    helpers.collect()
    assert.is_nil(next(seen))
  end)
end)

describe('map', function()
  it('calls closures of one expression with tensors of several types', function()
    for k, name in ipairs {'Float', 'Int', 'Double', 'Byte', 'Long', 'Short', 'Float'} do
      local x, y = torch.Tensor(100):fill(1), torch[name .. 'Tensor'](100):fill(k)
      x:map(y, function(a, b) return a + b * k end)
      assert.are.equal(100 * (1 + k * k), x:sum())
      x:fill(1):map2(y, y, function(a, b, c) return a + b * c end)
      assert.are.equal(100 * (1 + k * k), x:sum())
    end
  end)
end)
