-- Elementwise operations with call forms of their own: add, csub, addcmul, addcdiv, pow, atan2,
-- lerp, match.

local torch = require 'torch'
local helpers = require 'helpers'

local x, y, z = torch.Tensor {1, 4, 9}, torch.Tensor {2, 2, 3}, torch.Tensor {4, 1, 2}

-- {name, arguments after the first, value}
local cases = {
  {'add', {3}, {4, 7, 12}},
  {'add', {y}, {3, 6, 12}},
  {'add', {0.5, y}, {2, 5, 10.5}},
  {'csub', {3}, {-2, 1, 6}},
  {'csub', {y}, {-1, 2, 6}},
  {'csub', {0.5, y}, {0, 3, 7.5}},
  {'addcmul', {y, z}, {9, 6, 15}},
  {'addcmul', {2, y, z}, {17, 8, 21}},
  {'addcdiv', {y, z}, {1.5, 6, 10.5}},
  {'addcdiv', {2, y, z}, {2, 8, 12}},
  {'pow', {2}, {1, 16, 81}},
  {'pow', {0.5}, {1, 2, 3}},
  {'pow', {-1}, {1, 0.25, 1 / 9}},
  {'pow', {-0.5}, {1, 0.5, 1 / 3}},
  {'pow', {3}, {1, 64, 729}},
  {'atan2', {y}, {math.atan2(1, 2), math.atan2(4, 2), math.atan2(9, 3)}},
  {'lerp', {y, 0.25}, {1.25, 3.5, 7.5}},
}

describe('the call form', function()
  for _, case in ipairs(cases) do
    local name, arguments, want = unpack(case)
    it(('%s with %d arguments, %s'):format(name, #arguments, torch.type(arguments[1])), function()
      local value = torch.Tensor(want)
      local copy = x:clone()
      assert.is_true(copy[name](copy, unpack(arguments)) == copy)
      helpers.assert_near(copy, value, 1e-15, 'in place')
      helpers.assert_near(torch[name](x, unpack(arguments)), value, 1e-15, 'function')
      local r = torch.Tensor(7)
      assert.is_true(r[name](r, x, unpack(arguments)) == r)
      helpers.assert_near(r, value, 1e-15, 'result method')
      assert.is_true(torch[name](torch.Tensor(), x, unpack(arguments)):dim() == 1)
      helpers.assert_near(torch[name](r, x, unpack(arguments)), value, 1e-15, 'result function')
      assert.are.same({1, 4, 9}, x:totable())
    end)
  end

  it('pow of a number to a tensor', function()
    helpers.assert_near(torch.pow(2, x), torch.Tensor {2, 16, 512}, 1e-15)
    assert.are.equal(8, torch.pow(2, 3))
    local r = torch.Tensor()
    assert.are.same({2, 16, 512}, torch.pow(r, 2, x):totable())
    assert.are.same({2, 16, 512}, r:pow(2, x):totable())
  end)

  it('atan2 and lerp of numbers', function()
    assert.are.equal(math.atan2(1, 2), torch.atan2(1, 2))
    assert.are.equal(2.5, torch.lerp(1, 4, 0.5))
  end)

  it('match gives distances of all pairs of rows', function()
    local a, b = torch.Tensor {{1, 2}, {3, 4}, {0, 0}}, torch.Tensor {{1, 2}, {5, 6}}
    local want = {{0, 32}, {8, 8}, {5, 61}}
    assert.are.same(want, torch.match(a, b):totable())
    assert.are.same(want, torch.match(a:t():clone():t(), b):totable())
    local r = torch.Tensor()
    assert.is_true(r:match(a, b, 2) == r)
    assert.are.same({{0, 64}, {16, 16}, {10, 122}}, r:totable())
    assert.are.same({{0, 32}, {8, 8}, {5, 61}}, torch.match(a:int(), b:int()):totable())
    assert.are.same({{0, 8, 5}, {8, 0, 25}, {5, 25, 0}}, torch.match(a, a):totable())
  end)

  it('add of integers truncates the factor', function()
    assert.are.same({3, 6}, torch.IntTensor {1, 2}:add(1.9, torch.IntTensor {2, 4}):totable())
    assert.are.same({1, 2}, torch.IntTensor {1, 2}:add(0.9):totable())
  end)
end)

describe('a result that is also an operand', function()
  it('is read first', function()
    local a, b = x:clone(), y:clone()
    torch.addcmul(b, a, 1, b, b)
    assert.are.same({5, 8, 18}, b:totable())
    torch.csub(a, y, a)
    assert.are.same({1, -2, -6}, a:totable())
  end)
end)
