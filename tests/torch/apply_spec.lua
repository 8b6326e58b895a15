-- apply, map and map2 with functions of every kind: their loops are shared by the closures that one
-- expression makes, and fresh for the first of them.

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
