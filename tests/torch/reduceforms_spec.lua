-- Running sums, comparison, counts and norms beside the plain reductions, and bad arguments of all.

local torch = require 'torch'
local helpers = require 'helpers'

local fails = helpers.assert_fails

describe('scans', function()
  it('accumulate along every dimension and layout', function()
    for _, type_name in ipairs {'Double', 'Float', 'Int'} do
      local x = torch.DoubleTensor(5, 600):random(1, 3):type('torch.' .. type_name .. 'Tensor')
      for _, y in pairs(helpers.layouts(x)) do
        for d = 1, 2 do
          local got, want = y:cumsum(d), y:clone()
          for i = 2, y:size(d) do want:select(d, i):add(want:select(d, i - 1)) end
          assert.is_true(got:equal(want))
        end
        local got, want = y:cumprod(1), y:clone()
        for i = 2, y:size(1) do want[i]:cmul(want[i - 1]) end
        assert.is_true(got:equal(want))
      end
    end
    local v = torch.Tensor {1, 2, 3}
    assert.are.same({1, 3, 6}, helpers.flat(torch.cumsum(v, v)))
  end)
end)

describe('other reductions', function()
  it('compare, measure and count', function()
    local x = torch.Tensor {{1, 2}, {3, 4}}
    assert.is_true(x:equal(x:t():t()))
    assert.is_false(x:equal(x:t()))
    assert.is_false(x:equal(torch.Tensor {1, 2, 3, 4}))
    assert.is_false(torch.Tensor {0 / 0}:equal(torch.Tensor {0 / 0}))
    assert.is_true(torch.Tensor():equal(torch.Tensor()))
    local long = torch.zeros(100000)
    local other = long:clone()
    assert.is_true(long:equal(other))
    other[99999] = 1
    assert.is_false(long:equal(other))
    assert.are.equal(1, long:dist(other))
    assert.are.equal(5, x:trace())
    assert.is_true(torch.ByteTensor {1, 0}:any())
    assert.is_false(torch.ByteTensor {1, 0}:all())
    assert.is_true(torch.ByteTensor {1, 2}:all())
    assert.are.same({1, 0, 1}, helpers.flat(torch.histc(torch.Tensor {1, 3, 0 / 0, 9}, 3, 1, 3)))
    assert.are.equal(0, torch.histc(torch.Tensor {1, 3}, 3, 2, 1):sum())
    assert.are.equal(0, torch.Tensor():norm(-math.huge))
  end)

  it('scale slices down to a norm', function()
    local x = torch.Tensor {{3, 4}, {0.3, 0.4}}
    helpers.assert_near(torch.renorm(x, 2, 1, 1), torch.Tensor {{0.6, 0.8}, {0.3, 0.4}}, 1e-6)
    assert.is_true(x:renorm(2, 1, 1) == x)
    assert.is_true(x[1]:norm() <= 1)
  end)
end)

describe('bad arguments of reductions', function()
  local x = torch.Tensor(2, 3):fill(1)
  local cases = {
    {'dimension 3 is out of range', torch.sum, x, 3}, {'out of range', torch.sum, x, 0},
    {'out of range', torch.sum, x, -1}, {'expected a number', torch.sum, x, 'a'},
    {'not a size', torch.sum, x, 0 / 0}, {'expected a tensor', torch.sum, 3},
    {'expected a tensor', torch.sum}, {'empty', torch.max, torch.Tensor()},
    {'empty', torch.mean, torch.Tensor()}, {'empty', torch.var, torch.Tensor()},
    {'out of range', torch.min, torch.Tensor(), 1}, {'out of range', torch.cumsum, x, 3},
    {'IntTensor', torch.mean, torch.IntTensor(2)}, {'IntTensor', torch.norm, torch.IntTensor(2)},
    {'IntTensor', torch.var, torch.IntTensor(2)}, {'DoubleTensor', torch.all, x},
    {'IntTensor', torch.any, torch.IntTensor(2)}, {'expected a number', torch.max, x, x},
    {'FloatTensor', torch.sum, torch.FloatTensor(), x, 1},
    {'LongTensor', torch.max, torch.Tensor(), torch.Tensor(), x, 1},
    {'element counts differ', torch.dist, torch.Tensor(3), torch.Tensor(4)},
    {'not a number', torch.norm, x, 0 / 0}, {'boolean', torch.var, x, 1, 'yes'},
    {'matrix', torch.trace, torch.Tensor(3)}, {'p must be positive', torch.renorm, x, -1, 1, 1},
    {'2 or more dimensions', torch.renorm, torch.Tensor(3), 1, 1, 1},
    {'one or more bins', torch.histc, x, 0}, {'range', torch.histc, torch.Tensor {1 / 0}, 3},
    {'bad range', torch.histc, x, 3, 0 / 0, 1},
    {'size 3', torch.cross, torch.Tensor(4), torch.Tensor(4)},
    {'do not match', torch.cross, torch.Tensor(3), torch.Tensor(3, 3)},
    {'DoubleTensor', torch.equal, torch.FloatTensor(2), torch.Tensor(2)},
  }
  for i, case in ipairs(cases) do
    it('raise: ' .. case[1] .. ' (' .. i .. ')', function() fails(unpack(case)) end)
  end

  it('leave the result alone', function()
    local r = torch.Tensor {1, 2}
    pcall(torch.sum, r, x, 3)
    assert.are.same({1, 2}, helpers.flat(r))
  end)
end)
