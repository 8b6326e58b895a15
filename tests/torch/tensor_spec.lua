-- Tensors: construction, indexing, operators, identity, elements of every type.

local torch = require 'torch'
local ffi = require 'ffi'

local types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

describe('construction', function()
  it('takes sizes, tables, storages and tensors', function()
    assert.are.same({2, 3}, torch.Tensor(2, 3):size():totable())
    assert.are.same({2, 3}, torch.Tensor(torch.LongStorage {2, 3}):size():totable())
    assert.are.same({1, 2}, torch.Tensor(torch.LongStorage {2, 2}, torch.LongStorage {1,
      2}):stride()
      :totable())
    assert.are.same({{1, 2}, {3, 4}}, torch.IntTensor({{1, 2}, {3, 4}}):totable())
    assert.are.same({3, 4}, torch.LongTensor(torch.LongStorage {3, 4}):totable())
    local s = torch.DoubleStorage {1, 2, 3, 4, 5, 6}
    assert.are.same({{2, 3}, {4, 5}}, torch.Tensor(s, 2, torch.LongStorage {2, 2}):totable())
    assert.are.same({{1, 3}, {2, 4}}, torch.Tensor(s, 1, 2, 1, 2, 2):totable())
    local t = torch.Tensor(s)
    assert.is_true(torch.Tensor(t):isSetTo(t))
    assert.is_false(torch.Tensor(t) == t)
  end)

  it('ends the sizes at the first that is not positive', function()
    assert.are.same({3}, torch.Tensor(3, 0):size():totable())
    assert.are.equal(0, torch.Tensor(0, 4):dim())
    assert.are.equal(0, torch.Tensor(-1):dim())
    assert.are.equal(0, torch.Tensor {}:dim())
  end)
end)

describe('elements', function()
  it('are written and read in every type, truncated and wrapped in integers', function()
    local wrapped = {Byte = 44, Char = 44, Short = 300, Int = 300, Long = 300}
    for _, name in ipairs(types) do
      local t = torch[name .. 'Tensor'](2, 2):fill(0)
      t[1][2] = 300.75
      t[{2, 1}] = -1
      t[torch.LongStorage {2, 2}] = 1
      local want = wrapped[name] or (name == 'BFloat16' and 300) or 300.75
      assert.are.equal(want, t[1][2], name)
      assert.are.equal(name == 'Byte' and 255 or -1, t[2][1], name)
      assert.are.equal(1, t[{2, 2}], name)
    end
  end)

  it('that are infinite or NaN of any bits are such numbers', function()
    for _, name in ipairs {'Half', 'Float', 'Double', 'BFloat16'} do
      local t = torch[name .. 'Tensor'](4)
      ffi.fill(t:data(), 4 * t:elementSize(), 255) -- NaNs with every bit set
      jit.off(true, true)
      local x = t[1]
      assert.are.equal('number', type(x), name)
      assert.is_true(x ~= x, name)
      assert.are.equal('number', type(t:sum()), name)
      assert.are.equal('number', type(t:storage()[2]), name)
      assert.are.equal('number', type(t:totable()[3]), name)
      assert.matches('nan', tostring(t))
      t[1], t[2], t[3], t[4] = math.huge, -math.huge, 0, -0.0
      assert.are.same({math.huge, -math.huge, 0, 0}, t:totable())
      assert.are.equal(-math.huge, 1 / t[4])
      jit.on(true, true)
    end
  end)

  it('of LongTensor keep 53 bits', function()
    local t = torch.LongTensor {2 ^ 53, -2 ^ 53}
    assert.are.equal(2 ^ 53, t[1])
    assert.are.equal(-2 ^ 53, t[2])
  end)
end)

describe('t[key]', function()
  local function matrix() return torch.range(1, 12):view(3, 4) end

  it('counts negative indices from the end and truncates fractions', function()
    local t = torch.Tensor {10, 20, 30}
    assert.are.equal(30, t[-1])
    assert.are.equal(20, t[2.9])
    assert.are.equal(20, t['2'])
    assert.are.equal(9, matrix()[-1][1])
  end)

  it('selects with numbers and narrows with ranges', function()
    local t = matrix()
    assert.are.equal(7, t[{2, 3}])
    assert.are.same({2, 6, 10}, t[{{}, 2}]:totable())
    assert.are.same({{6, 7}, {10, 11}}, t[{{2, 3}, {2, -2}}]:totable())
    assert.are.same({{5, 6, 7, 8}}, t[{{2}}]:totable())
    assert.are.same({3, 4}, t[{}]:size():totable())
    assert.are.same({2, 6, 10}, t[{{}, '2'}]:totable())
  end)

  it('writes through views', function()
    local t = matrix()
    t[{{}, 2}] = 0
    t[1] = torch.Tensor {7, 7, 7, 7}
    t[{{2, 3}, {3, 4}}]:mul(-1)
    assert.are.same({{7, 7, 7, 7}, {5, 0, -7, -8}, {9, 0, -11, -12}}, t:totable())
    t[t:lt(0)] = 1
    t[t:eq(7)] = torch.Tensor {1, 2, 3, 4}
    assert.are.same({{1, 2, 3, 4}, {5, 0, 1, 1}, {9, 0, 1, 1}}, t:totable())
    assert.are.same({9}, t[t:gt(8)]:totable())
  end)

  it('that is no method reads as nil', function()
    assert.is_nil(torch.Tensor(2).unknown)
  end)
end)

describe('operators', function()
  local a, b = torch.Tensor {1, 2}, torch.Tensor {3, 5}

  it('compute new tensors', function()
    assert.are.same({4, 7}, (a + b):totable())
    assert.are.same({-2, -3}, (a - b):totable())
    assert.are.same({3, 4}, (a + 2):totable())
    assert.are.same({3, 4}, (2 + a):totable())
    assert.are.same({-1, 0}, (a - 2):totable())
    assert.are.same({1, 0}, (2 - a):totable())
    assert.are.same({2, 4}, (a * 2):totable())
    assert.are.same({2, 4}, (2 * a):totable())
    assert.are.same({1.5, 2.5}, (b / 2):totable())
    assert.are.same({1, 1}, (b % 2):totable())
    assert.are.same({-1, -2}, (-a):totable())
    assert.are.equal(13, a * b)
    assert.are.same({1, 2}, a:totable())
  end)

  it('of integers truncate their scalars first', function()
    assert.are.same({2, 4}, (torch.IntTensor {1, 2} * 2.9):totable())
    assert.are.same({255}, (torch.ByteTensor {0} - 1):totable())
  end)

  it('compare by identity', function()
    assert.is_true(a == a)
    assert.is_false(a == torch.Tensor(a))
    assert.is_false(a == a:clone())
    assert.is_false(a == 3)
    assert.is_true(a:storage() == a:storage())
    assert.are.same({2}, (#a):totable())
  end)
end)

describe('classes', function()
  it('are open for methods', function()
    torch.getmetatable('torch.FloatTensor').specOnly = function(t) return t:sum() * 2 end
    assert.are.equal(6, torch.FloatTensor {1, 2}:specOnly())
    assert.is_nil(torch.Tensor(2).specOnly)
    torch.getmetatable('torch.FloatTensor').specOnly = nil
  end)

  it('are open for operators, as __add or __add__', function()
    local class = torch.getmetatable('torch.FloatTensor')
    local t = torch.FloatTensor {1, 2}
    local calls = {
      __add = function() return {t + t, t + 1, 1 + t} end,
      __sub = function() return {t - t, t - 1, 1 - t} end,
      __mul = function() return {t * t, t * 2, 2 * t} end,
      __div = function() return {t / 2} end,
      __mod = function() return {t % 2} end,
      __unm = function() return {-t} end,
      __pow = function() return {t ^ 2} end,
    }
    for name, call in pairs(calls) do
      for _, key in ipairs {name, name .. '__'} do
        local old = class[key]
        assert.is_function(old, key)
        rawset(class, key, function() return key end)
        local seen = call()
        rawset(class, key, old)
        for _, value in ipairs(seen) do assert.are.equal(key, value) end
      end
    end
    assert.are.same({2, 4}, (t + t):totable())
    assert.are.same({2, 4}, class.__add(t, t):totable())
    assert.are.same({0, 1}, (torch.Tensor {1, 2} - 1):totable())
  end)

  it('are known by name', function()
    for _, name in ipairs(types) do
      local t = torch[name .. 'Tensor'](1)
      assert.are.equal('torch.' .. name .. 'Tensor', torch.typename(t))
      assert.are.equal('torch.' .. name .. 'Tensor', t:type())
      assert.is_true(torch.isTensor(t))
      assert.are.equal(t:type(), t.new(2):type())
    end
    assert.is_nil(torch.Tensor.type(3)) -- programs ask arguments of any kind
    assert.are.equal('torch.LongStorage', torch.Tensor.type(torch.LongStorage()))
    assert.has_error(function() torch.Tensor.type(3, 'torch.FloatTensor') end)
  end)
end)
