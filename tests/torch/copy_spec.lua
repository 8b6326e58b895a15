-- Copies and conversion between every pair of types and layouts, and loops over elements.

local torch = require 'torch'
local ffi = require 'ffi'
local helpers = require 'helpers'

local types = helpers.types

describe('copy', function()
  it('converts between all types, from and to every layout', function()
    for _, from in ipairs(types) do
      local source = torch.range(1, 12):view(3, 4):type('torch.' .. from .. 'Tensor')
      for _, to in ipairs(types) do
        for name, x in pairs(helpers.layouts(source)) do
          for other, r in pairs(helpers.layouts(torch[to .. 'Tensor'](3, 4):fill(0))) do
            local what = ('%s %s to %s %s'):format(from, name, to, other)
            assert.is_true(r:copy(x) == r, what)
            assert.are.same(source:totable(), r:totable(), what)
          end
        end
      end
    end
  end)

  it('of large transposed tensors moves every element', function()
    for _, name in ipairs {'Byte', 'Half', 'Float', 'Double'} do
      local x = torch.LongTensor(130, 77):random(1, 100):type('torch.' .. name .. 'Tensor')
      local y = x:t():clone()
      for i = 1, 130, 43 do assert.is_true(y:select(2, i):equal(x[i]), name) end
      assert.is_true(y:t():equal(x))
    end
  end)

  it('reads operands of equal count in order, and broadcasts others', function()
    assert.are.same({{1, 2, 3}, {4, 5, 6}}, torch.Tensor(2, 3):copy(torch.range(1, 6)):totable())
    assert.are.same({{1, 2}, {1, 2}}, torch.Tensor(2, 2):copy(torch.Tensor {1, 2}):totable())
    assert.are.same({{1, 1}, {2, 2}}, torch.Tensor(2, 2):copy(torch.Tensor {{1}, {2}}):totable())
  end)

  it('between overlapping views reads before it writes', function()
    local t = torch.range(1, 6)
    t:narrow(1, 2, 5):copy(t:narrow(1, 1, 5))
    assert.are.same({1, 1, 2, 3, 4, 5}, t:totable())
    local m = torch.range(1, 9):view(3, 3)
    m:copy(m:t())
    assert.are.same({{1, 4, 7}, {2, 5, 8}, {3, 6, 9}}, m:totable())
  end)
end)

describe('conversion', function()
  it('truncates toward zero and wraps', function()
    local x = torch.Tensor {1.9, -1.9, 300, -129, 2 ^ 31, -0.5}
    assert.are.same({1, 255, 44, 127, 0, 0}, x:byte():totable())
    assert.are.same({1, -1, 44, 127, 0, 0}, x:char():totable())
    assert.are.same({1, -1, 300, -129, -2 ^ 31, 0}, x:int():totable())
    assert.are.same({1, -1, 300, -129, 2 ^ 31, 0}, x:long():totable())
  end)

  -- Long lines convert blocks whose numbers all fit 32 bits in another way than the rest, and than
  -- single elements.
  for _, from in ipairs {'Float', 'Double'} do
    for _, to in ipairs {'Byte', 'Char', 'Short', 'Int'} do
      it(('of long lines of %s to %s is that of their elements'):format(from, to), function()
        local x = torch[from .. 'Tensor'](1500)
        for i = 1, 1500 do x[i] = (i * 7919 % 100003 - 50000) * 1.37 end
        for i, v in ipairs {2 ^ 31, -2 ^ 31, 2 ^ 31 - 1, 3e9, -3e9, 1e30, 1 / 0, -1 / 0, 0 / 0} do
          x[600 + i] = v
        end
        for _, n in ipairs {1, 100, 127, 128, 200, 512, 600, 700, 1500} do
          local got, part = torch[to .. 'Tensor'](n):copy(x:narrow(1, 1, n)), {}
          for i = 1, n do part[i] = torch[to .. 'Tensor'](1):copy(x:narrow(1, i, 1))[1] end
          assert.are.same(part, got:totable())
        end
      end)
    end
  end

  it('of 16-bit types rounds to nearest even', function()
    local half = torch.Tensor {2049, 2051, 65519, 65520, 1e-8, 6e-8}:half()
    assert.are.same({2048, 2052, 65504, math.huge, 0, 2 ^ -24}, half:totable())
    assert.are.same({256, 260}, torch.Tensor {257, 259}:bfloat16():totable())
    local nan = torch.Tensor {0 / 0}
    assert.is_true(nan:half()[1] ~= nan:half()[1] and nan:bfloat16()[1] ~= nan:bfloat16()[1])
  end)

  it('of neighbouring halves and floats gives what one at a time gives', function()
    local bits = torch.range(0, 65535):short()
    local halves = torch.HalfTensor(65536)
    ffi.copy(halves:data(), bits:data(), 2 * 65536)
    local spread, sparse = torch.HalfTensor(65536, 2), torch.FloatTensor(65536, 2)
    spread:select(2, 1):copy(halves)
    local floats, one_by_one = halves:float(), sparse:select(2, 1):copy(spread:select(2, 1))
    local is_nan = floats:ne(floats)
    assert.are.equal(2 * 1023, is_nan:sum())
    assert.is_true(is_nan:equal(one_by_one:ne(one_by_one)))
    floats[is_nan], one_by_one[is_nan] = 0, 0
    assert.is_true(floats:equal(one_by_one))
    -- numbers halfway between halves, which are floats, and their neighbours
    local halfway = (floats:narrow(1, 1, 31743) + floats:narrow(1, 2, 31743)) / 2
    for _, factor in ipairs {1, 1 + 2 ^ -23, 1 - 2 ^ -23, -1} do
      local x = halfway * factor
      sparse:narrow(1, 1, 31743):select(2, 1):copy(x)
      spread:narrow(1, 1, 31743):select(2, 1):copy(sparse:narrow(1, 1, 31743):select(2, 1))
      assert.is_true(x:half():equal(spread:narrow(1, 1, 31743):select(2, 1):contiguous()))
    end
  end)

  it('to the own type gives the tensor itself', function()
    local x = torch.Tensor(2)
    assert.is_true(x:double() == x and x:type('torch.DoubleTensor') == x and x:typeAs(x) == x)
    assert.is_true(x:contiguous() == x)
    assert.are.equal('torch.FloatTensor', x:typeAs(torch.FloatTensor()):type())
    assert.are.equal('torch.DoubleTensor', torch.FloatTensor(1):real():type())
  end)
end)

describe('apply, map and map2', function()
  it('replace elements in every layout and type, in order', function()
    for _, name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(torch.range(1, 6):view(2, 3)
        :type('torch.' .. name .. 'Tensor'))) do
        local seen = {}
        assert.is_true(x:apply(function(v) seen[#seen + 1] = v return v ~= 3 and v * 2
          or nil end) == x)
        assert.are.same({1, 2, 3, 4, 5, 6}, seen, layout)
        assert.are.same({{2, 4, 3}, {8, 10, 12}}, x:totable(), name .. layout)
        x:map(torch.range(1, 6), function(a, b) return a - b end)
        assert.are.same({{1, 2, 0}, {4, 5, 6}}, x:totable(), name .. layout)
        x:map2(torch.range(1, 6), x:clone(), function(a, b, c) return a + b + c end)
        assert.are.same({{3, 6, 3}, {12, 15, 18}}, x:totable(), name .. layout)
      end
    end
  end)

  it('survive a function that resizes what they walk', function()
    local x = torch.range(1, 100)
    pcall(x.apply, x, function() x:resize(100000) x:storage():resize(200000) collectgarbage() end)
    local y = torch.range(1, 100)
    pcall(y.apply, y, function() y:free() collectgarbage() end)
    local z, other = torch.ones(100), torch.ones(100)
    pcall(z.map, z, other, function() other:set() collectgarbage() return 1 end)
    assert.are.equal(100, z:nElement())
  end)
end)
