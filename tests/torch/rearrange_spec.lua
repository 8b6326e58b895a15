-- stack, flip, roll and where: every type and layout against plain Lua, forms, bad arguments.

local torch = require 'torch'
local helpers = require 'helpers'

local types = helpers.types

local function numbers(type_name, ...)
  local x = torch.LongTensor(...)
  return x:copy(torch.range(1, x:nElement())):type('torch.' .. type_name .. 'Tensor')
end

local function raises(pattern, f, ...)
  local arguments, n = {...}, select('#', ...)
  local ok, message = pcall(function() f(unpack(arguments, 1, n)) end)
  assert.is_false(ok, pattern)
  assert.matches(pattern, message)
  assert.matches('rearrange_spec%.lua', message)
end

describe('stack', function()
  it('joins along a new dimension', function()
    for _, type_name in ipairs(types) do
      local x, y = numbers(type_name, 2, 3), numbers(type_name, 2, 3)
      y:fill(7)
      for layout, view in pairs(helpers.layouts(x)) do
        for d = 1, 3 do
          local got = torch.stack({view, y, x}, d)
          assert.are.equal(3, got:size(d))
          for i, part in ipairs {x, y, x} do
            assert.is_true(got:select(d, i):equal(part), type_name .. ' ' .. layout .. ' ' .. d)
          end
        end
      end
    end
  end)

  it('has the forms of cat', function()
    local x, y = torch.Tensor {1, 2}, torch.Tensor {3, 4}
    assert.are.same({{1, 2}, {3, 4}}, torch.stack(x, y):totable())
    assert.are.same({{1, 3}, {2, 4}}, torch.stack(x, y, 2):totable())
    assert.are.same({{1, 2}, {3, 4}}, x:stack(y):totable())
    assert.are.same({{1, 2}}, torch.stack({x}):totable())
    local r = torch.Tensor(9)
    assert.is_true(torch.stack(r, {x, y}, 2) == r)
    assert.are.same({{1, 3}, {2, 4}}, r:totable())
    assert.is_true(torch.stack(r, y, x) == r)
    assert.are.same({{3, 4}, {1, 2}}, r:totable())
    torch.stack(x, {x, y}) -- into one of them
    assert.are.same({{1, 2}, {3, 4}}, x:totable())
  end)

  it('refuses what does not fit', function()
    local x = torch.ones(2, 3)
    raises('one or more', torch.stack, {})
    raises('element 2 of the table, got the number 3', torch.stack, {x, 3})
    raises('one size, got a DoubleTensor of size 2 x 3 and a DoubleTensor of size 3 x 2',
      torch.stack, x, x:t())
    raises('no room for dimension 4', torch.stack, {x, x}, 4)
    raises('stack: expected tensors of one type', torch.stack, x, x:float())
    raises('stack: expected tensors of one type', torch.stack, torch.FloatTensor(), x, x)
    raises('one size', torch.stack, {torch.Tensor(), torch.Tensor()})
    raises('dimension 0', torch.stack, {x, x}, 0)
  end)
end)

describe('flip', function()
  it('reverses dimensions', function()
    for _, type_name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(numbers(type_name, 2, 3, 4))) do
        for d = 1, 3 do
          local got, n = x:flip(d), x:size(d)
          for i = 1, n do
            assert.is_true(got:select(d, i):equal(x:select(d, n + 1 - i)), type_name .. layout)
          end
        end
        assert.is_true(x:flip(1, 3):equal(x:flip(1):flip(3)))
      end
    end
    local all = torch.range(1, 24):view(2, 3, 4):flip(1, 2, 3)
    assert.is_true(all:view(-1):equal(torch.range(24, 1, -1)))
    local long = torch.range(1, 100001)
    assert.is_true(long:flip(1):equal(torch.range(100001, 1, -1)))
  end)

  it('has a form with a result, which may be the tensor', function()
    local x, r = torch.Tensor {1, 2, 3}, torch.Tensor(2, 2)
    assert.is_true(torch.flip(r, x, 1) == r)
    assert.are.same({3, 2, 1}, r:totable())
    assert.is_true(x:flip(x, 1) == x)
    assert.are.same({3, 2, 1}, x:totable())
    local m = torch.range(1, 4):view(2, 2)
    torch.flip(m, m:t(), 1, 2)
    assert.are.same({{4, 2}, {3, 1}}, m:totable())
  end)

  it('refuses bad dimensions', function()
    local x = torch.ones(2, 3)
    raises('expected a number as argument 2, got nil', torch.flip, x)
    raises('one or more dimensions', torch.flip, x, x)
    raises('dimension 3 is out of range of a DoubleTensor of size 2 x 3', torch.flip, x, 3)
    local r = torch.ones(1)
    raises('dimension 5 is out of range', torch.flip, r, x, 1, 5)
    assert.are.same({1}, r:totable())
    raises('dimension 1 is out of range', torch.flip, torch.Tensor(), 1)
    raises('FloatTensor', torch.flip, torch.FloatTensor(), x, 1)
    raises('argument 1', torch.flip, 3)
  end)
end)

describe('roll', function()
  it('moves elements around', function()
    for _, type_name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(numbers(type_name, 4, 5))) do
        for shift = -7, 7 do
          for d = 1, 2 do
            local got, n = x:roll(shift, d), x:size(d)
            for i = 1, n do
              assert.is_true(got:select(d, (i - 1 + shift) % n + 1):equal(x:select(d, i)),
                type_name .. layout)
            end
          end
          local got = helpers.flat(x:roll(shift))
          for i, v in ipairs(helpers.flat(x)) do
            assert.are.equal(v, got[(i - 1 + shift) % 20 + 1])
          end
        end
      end
    end
  end)

  it('has a form with a result, which may be the tensor', function()
    local x, r = torch.Tensor {{1, 2}, {3, 4}}, torch.Tensor(1)
    assert.is_true(torch.roll(r, x, 1) == r)
    assert.are.same({{4, 1}, {2, 3}}, r:totable())
    assert.is_true(torch.roll(r, x, -1, 2) == r)
    assert.are.same({{2, 1}, {4, 3}}, r:totable())
    x:roll(x, 1, 1)
    assert.are.same({{3, 4}, {1, 2}}, x:totable())
  end)

  it('refuses bad arguments', function()
    local x = torch.ones(2, 3)
    raises('expected a number as argument 2, got nil', torch.roll, x)
    raises('dimension 3 is out of range of a DoubleTensor of size 2 x 3', torch.roll, x, 1, 3)
    raises('empty', torch.roll, torch.Tensor(), 1)
    raises('nan', torch.roll, x, 0 / 0)
  end)
end)

describe('where', function()
  it('chooses for every type and layout', function()
    torch.manualSeed(2)
    for _, type_name in ipairs(types) do
      local a = numbers(type_name, 3, 5)
      local b = a:clone():add(50)
      local mask = torch.ByteTensor(3, 5):random(0, 2)
      local as, bs, ms, want = helpers.flat(a), helpers.flat(b), helpers.flat(mask), {}
      for i = 1, 15 do want[i] = ms[i] ~= 0 and as[i] or bs[i] end
      local masks, seconds = helpers.layouts(mask), helpers.layouts(b)
      for layout, x in pairs(helpers.layouts(a)) do
        for other, m in pairs(masks) do
          assert.are.same(want, helpers.flat(torch.where(m, x, seconds[other])), layout)
        end
      end
    end
  end)

  it('takes numbers and broadcasts', function()
    local mask = torch.ByteTensor {{1}, {0}}
    assert.are.same({{1, 2, 3}, {0, 0, 0}},
      torch.where(mask, torch.Tensor {1, 2, 3}, 0):totable())
    assert.are.same({{5, 5}, {1, 2}}, torch.where(mask, 5, torch.Tensor {1, 2}):totable())
    assert.are.same({{5}, {7}}, torch.where(mask, 5, 7):totable())
    assert.are.equal('torch.DoubleTensor', torch.where(mask, 5, 7):type())
    assert.are.equal('torch.IntTensor', torch.where(mask, 5, torch.IntTensor {7}):type())
    -- sizes of equal count are not taken in order
    assert.are.same({{1, 2}, {30, 30}}, torch.where(mask, torch.Tensor {{1, 2}},
      torch.Tensor {{20}, {30}}):totable())
    assert.are.same({1, 1, 9}, torch.where(torch.ByteTensor {0, 0, 1}, torch.Tensor {9},
      torch.ones(3)):totable())
  end)

  it('writes to a result, which may be an operand', function()
    local mask, x = torch.ByteTensor {1, 0, 1}, torch.Tensor {1, 2, 3}
    local r = torch.Tensor(8)
    assert.is_true(torch.where(r, mask, x, -1) == r)
    assert.are.same({1, -1, 3}, r:totable())
    torch.where(x, mask, x, -1)
    assert.are.same({1, -1, 3}, x:totable())
    local long = torch.range(1, 6)
    torch.where(long:narrow(1, 2, 5), torch.ByteTensor {1, 1, 0, 1, 1}, long:narrow(1, 1, 5), 0)
    assert.are.same({1, 1, 2, 0, 4, 5}, long:totable())
    torch.where(mask, mask, torch.ByteTensor {0, 1, 0}, 9)
    assert.are.same({0, 9, 0}, mask:totable())
  end)

  it('keeps NaN where it is not chosen out of the result', function()
    local x = torch.Tensor {0 / 0, 4}
    assert.are.same({0, 4}, torch.where(x:isnan(), 0, x):totable())
  end)

  it('works across the pieces that threads share', function()
    local x = torch.range(1, 100003):float()
    local got = torch.where(x:gt(50000), x, 0)
    assert.are.equal(0, got[50000])
    assert.are.equal(50001, got[50001])
    assert.are.equal(50003, got:gt(0):sum())
  end)

  it('refuses bad arguments', function()
    local mask, x = torch.ByteTensor(2, 3):fill(1), torch.ones(2, 3)
    raises('expected a ByteTensor as mask, got a IntTensor', torch.where, mask:int(), x, x)
    raises('sizes do not match: mask %[2 x 3 ByteTensor%], %[2 x 2', torch.where, mask,
      torch.ones(2, 2), x)
    raises('second argument is a DoubleTensor, the third a FloatTensor',
      torch.where, mask, x, x:float())
    raises('expected a tensor or a number as argument 3, got nil', torch.where, mask, x)
    raises('none may be empty', torch.where, mask, x, torch.Tensor())
    raises('argument 1', torch.where, 1, 2, 3)
    local r = torch.ones(2)
    raises('sizes', torch.where, r, mask, torch.ones(5), x)
    assert.are.same({1, 1}, r:totable())
  end)
end)
