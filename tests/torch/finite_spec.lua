-- isnan, isinf, isfinite, logsumexp, item, tolist.

local torch = require 'torch'
local helpers = require 'helpers'

local nan, inf = 0 / 0, math.huge
local reals = {'Half', 'Float', 'Double', 'BFloat16'}

local function raises(pattern, f, ...)
  local arguments, n = {...}, select('#', ...)
  local ok, message = pcall(function() f(unpack(arguments, 1, n)) end)
  assert.is_false(ok, pattern)
  assert.matches(pattern, message)
  assert.matches('finite_spec%.lua', message)
end

describe('isnan, isinf and isfinite', function()
  it('tell numbers apart in every type and layout', function()
    for _, type_name in ipairs(reals) do
      local x = torch.Tensor {{1, nan, inf}, {-inf, 0, -65504}}:type('torch.' .. type_name
        .. 'Tensor')
      for layout, view in pairs(helpers.layouts(x)) do
        local what = type_name .. ' ' .. layout
        assert.are.same({{0, 1, 0}, {0, 0, 0}}, view:isnan():totable(), what)
        assert.are.same({{0, 0, 1}, {1, 0, 0}}, view:isinf():totable(), what)
        assert.are.same({{1, 0, 0}, {0, 1, 1}}, view:isfinite():totable(), what)
      end
    end
    for _, type_name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long'} do
      local x = torch.Tensor {1, 0, 100}:type('torch.' .. type_name .. 'Tensor')
      assert.are.same({0, 0, 0}, x:isnan():totable())
      assert.are.same({0, 0, 0}, torch.isinf(x):totable())
      assert.are.same({1, 1, 1}, torch.isfinite(x):totable())
    end
    assert.are.equal('torch.ByteTensor', torch.isnan(torch.Tensor {1}):type())
    assert.are.equal(0, torch.Tensor():isfinite():nElement())
  end)

  it('have a form with a result', function()
    local r = torch.ByteTensor(7)
    for name, want in pairs {isnan = {1, 0}, isinf = {0, 0}, isfinite = {0, 1}} do
      assert.is_true(torch[name](r, torch.Tensor {nan, 2}) == r)
      assert.are.same(want, r:totable())
      raises(name .. ': expected a ByteTensor for the result', torch[name], torch.Tensor(),
        torch.Tensor {1})
      raises('expected a tensor as argument 1', torch[name], 3)
    end
  end)
end)

describe('logsumexp', function()
  it('is the logarithm of the sum of exponentials', function()
    torch.manualSeed(1)
    for type_name, tol in pairs {Half = 2e-3, BFloat16 = 2e-2, Float = 1e-6, Double = 1e-14} do
      local x = torch.rand(3, 4, 5):mul(4):type('torch.' .. type_name .. 'Tensor')
      for layout, view in pairs(helpers.layouts(x)) do
        local what = type_name .. ' ' .. layout
        local sum = torch.exp(x:double()):sum()
        assert.is_true(helpers.near(view:logsumexp(), math.log(sum), tol), what)
        for d = 1, 3 do
          local want = torch.exp(x:double()):sum(d):log()
          helpers.assert_near(view:logsumexp(d), want:type(x:type()), tol, what)
        end
      end
    end
  end)

  it('neither overflows nor loses infinities', function()
    local x = torch.Tensor {{1000, 1000}, {-1000, -1000}, {inf, 1}, {-inf, -inf}, {-inf, 2},
      {nan, 1}, {inf, -inf}}
    local want = {1000 + math.log(2), -1000 + math.log(2), inf, -inf, 2, nan, inf}
    local got = x:logsumexp(2)
    for i = 1, 7 do
      assert.is_true(helpers.near(got[i][1], want[i], 1e-14), 'row ' .. i)
      assert.is_true(helpers.near(x[i]:logsumexp(), want[i], 1e-14), 'row ' .. i)
    end
    local many = torch.HalfTensor(70000):fill(5)
    assert.is_true(helpers.near(many:logsumexp(), 5 + math.log(70000), 1e-5))
  end)

  it('has a form with a result, which may be the tensor', function()
    local x = torch.Tensor {{0, 0}, {1, 1}}
    local r = torch.Tensor(1)
    assert.is_true(torch.logsumexp(r, x, 2) == r)
    assert.are.same({2, 1}, r:size():totable())
    x:logsumexp(x, 2)
    helpers.assert_near(x, r, 0)
  end)

  it('refuses bad arguments', function()
    raises('not available for a IntTensor', torch.logsumexp, torch.IntTensor {1})
    raises('empty', torch.logsumexp, torch.Tensor())
    raises('logsumexp: dimension 3 is out of range of a DoubleTensor of size 2 x 2',
      torch.logsumexp, torch.ones(2, 2), 3)
    raises('expected a dimension as argument 2', torch.logsumexp, torch.ones(2), 'x')
    raises('expected a dimension as argument 3', torch.logsumexp, torch.Tensor(), torch.ones(2))
    raises('expected a DoubleTensor for the result', torch.logsumexp, torch.FloatTensor(),
      torch.ones(2), 1)
  end)
end)

describe('item and tolist', function()
  it('give numbers and tables', function()
    assert.are.equal(7, torch.IntTensor {7}:item())
    assert.are.equal(2.5, torch.Tensor(1, 1, 1):fill(2.5):item())
    assert.are.equal(3, torch.range(1, 4):narrow(1, 3, 1):item())
    local n = torch.HalfTensor {nan}:item()
    assert.is_true(n ~= n)
    assert.are.same({{1, 2}, {3, 4}}, torch.Tensor {{1, 2}, {3, 4}}:tolist())
    assert.are.same({{1, 3}, {2, 4}}, torch.ByteTensor {{1, 2}, {3, 4}}:t():tolist())
    assert.are.same({}, torch.Tensor():tolist())
  end)

  it('refuse other tensors', function()
    local x = torch.ones(2, 3)
    raises('item: expected one element, got a DoubleTensor of size 2 x 3', x.item, x)
    raises('got an empty DoubleTensor', x.item, torch.Tensor())
  end)
end)
