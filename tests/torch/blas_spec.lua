-- Products: recorded values, every layout of operands and results against triple loops, NaN in
-- results that are not read, overlap, bad arguments.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'

local tolerance = {Half = 4e-3, BFloat16 = 3e-2, Float = 1e-5, Double = 1e-13,
  Byte = 0, Char = 0, Short = 0, Int = 0, Long = 0}

local fails = helpers.assert_fails

local function random(type_name, ...)
  return torch.LongTensor(...):random(0, 3):type('torch.' .. type_name .. 'Tensor')
end

-- beta * c + alpha * a * b by loops, in double, converted to c's type.
local function slow(c, a, b, beta, alpha)
  local r = torch.DoubleTensor(c:size())
  for i = 1, c:size(1) do
    for j = 1, c:size(2) do
      local acc = 0
      for k = 1, a:size(2) do acc = acc + a[i][k] * b[k][j] end
      r[i][j] = (beta == 0 and 0 or beta * c[i][j]) + alpha * acc
    end
  end
  return r:type(c:type())
end

describe('recorded products', function()
  it('are reproduced', function()
    local passed, failures = replay.file('ops/blas.json.gz')
    assert.are.same({}, failures)
    assert.are.equal(270, passed)
  end)
end)

describe('addmm', function()
  it('agrees with loops for every type and layout of result and factors', function()
    torch.manualSeed(1)
    for type_name, tol in pairs(tolerance) do
      for _, s in ipairs {{3, 4, 5}, {1, 4, 1}, {5, 1, 1}, {1, 1, 6}, {17, 33, 20}} do
        local m, k, n = unpack(s)
        local c = random(type_name, m, n)
        local a0, b0 = random(type_name, m, k), random(type_name, k, n)
        local as, bs, want = helpers.layouts(a0), helpers.layouts(b0), slow(c, a0, b0, 2, 3)
        for c_layout, r in pairs(helpers.layouts(c:clone())) do
          for a_layout, a in pairs(as) do
            for b_layout, b in pairs(bs) do
              r:copy(c)
              assert.is_true(r:addmm(2, 3, a, b) == r)
              helpers.assert_near(r, want, tol, ('%s %dx%dx%d %s %s %s'):format(type_name, m, k, n,
                c_layout, a_layout, b_layout))
            end
          end
        end
      end
    end
  end)

  it('ignores the result where beta is 0', function()
    local nan = 0 / 0
    local a, b = torch.rand(3, 4), torch.rand(4, 2)
    local want = torch.mm(a, b)
    for _, r in pairs(helpers.layouts(torch.Tensor(3, 2):fill(nan))) do
      helpers.assert_near(torch.addmm(r, 0, r, 1, a, b), want, 1e-14)
      helpers.assert_near(r:fill(nan):mm(a, b), want, 1e-14)
    end
    local y = torch.Tensor(3):fill(nan)
    helpers.assert_near(y:addmv(0, 1, a, b:select(2, 1)), want:select(2, 1), 1e-14)
    local outer = torch.Tensor(2, 2):fill(nan)
    helpers.assert_near(outer:addr(0, 1, torch.Tensor {1, 2}, torch.Tensor {3, 4}),
      torch.Tensor {{3, 4}, {6, 8}}, 0)
  end)

  it('copes with results that share memory with factors', function()
    local a = torch.rand(4, 4)
    local want = torch.mm(a, a)
    helpers.assert_near(a:clone():mm(a, a), want, 1e-14)
    local r = a:clone()
    helpers.assert_near(r:mm(r, r), want, 1e-14)
    local t = a:clone()
    helpers.assert_near(t:t():mm(t, t), want, 1e-14)
    local wide = torch.rand(4, 6)
    local left, right = wide:narrow(2, 1, 4), wide:narrow(2, 3, 4)
    local product = torch.mm(left:clone(), right:clone())
    helpers.assert_near(left:mm(left, right), product, 1e-14)
    local x = torch.rand(4)
    local mv = torch.mv(a, x)
    helpers.assert_near(x:mv(a, x), mv, 1e-14)
  end)

  it('accepts expanded factors and vectors', function()
    local row = torch.Tensor {{1, 2, 3}}:expand(2, 3)
    helpers.assert_near(torch.mm(row, torch.ones(3, 2)), torch.Tensor(2, 2):fill(6), 0)
    local v = torch.Tensor(1):fill(2):expand(3)
    helpers.assert_near(torch.mv(row, v), torch.Tensor(2):fill(12), 0)
    assert.are.equal(12, torch.dot(v, torch.Tensor {1, 2, 3}))
    helpers.assert_near(torch.ger(v, v), torch.Tensor(3, 3):fill(4), 0)
    local r = torch.Tensor {7}:expand(2)
    local ok, message = pcall(r.mv, r, row, v)
    assert.is_false(ok)
    assert.matches('mv: elements of the result .* share memory', message)
    assert.are.equal(7, r[1])
  end)
end)

describe('the other products', function()
  it('agree with addmm', function()
    torch.manualSeed(2)
    for type_name, tol in pairs(tolerance) do
      local a, b = random(type_name, 3, 4, 5), random(type_name, 3, 5, 2)
      local c, s = random(type_name, 3, 4, 2), random(type_name, 4, 2)
      for _, y in pairs(helpers.layouts(a)) do
        for _, z in pairs(helpers.layouts(b)) do
          local bmm, sum = torch.bmm(y, z), torch.addbmm(2, s, 3, y, z)
          local want = torch.mul(s, 2)
          for _, r in pairs(helpers.layouts(c:clone())) do
            r:copy(c)
            r:baddbmm(2, 3, y, z)
            for i = 1, 3 do
              helpers.assert_near(r[i], slow(c[i], a[i], b[i], 2, 3), tol, type_name)
            end
          end
          for i = 1, 3 do
            helpers.assert_near(bmm[i], slow(s, a[i], b[i], 0, 1), tol, type_name)
            want = slow(want, a[i], b[i], 1, 3)
          end
          helpers.assert_near(sum, want, tol, type_name)
        end
      end
      local matrix = random(type_name, 4, 6)
      for _, x in pairs(helpers.layouts(random(type_name, 6))) do
        for _, m in pairs(helpers.layouts(matrix)) do
          helpers.assert_near(torch.mv(m, x):view(4, 1),
            slow(torch.zeros(4, 1):type(x:type()), m, x:contiguous():view(6, 1), 0, 1), tol)
        end
        local outer = torch.ger(x, matrix:select(2, 1))
        assert.are.same({6, 4}, outer:size():totable())
        assert.are.equal(x[2] * matrix[3][1], outer[2][3])
      end
    end
  end)

  it('truncate scalars for integers', function()
    local a = torch.IntTensor {{1, 2}, {3, 4}}
    assert.is_true(torch.addmm(2.9, a, 1.9, a, a):equal(torch.IntTensor {{9, 14}, {21, 30}}))
    assert.is_true(torch.addmm(0.5, a, 1, a, a):equal(torch.mm(a, a)))
  end)

  it('sum products of elements in any shape', function()
    local x, y = torch.rand(3, 4), torch.rand(4, 3)
    local want = 0
    local a, b = helpers.flat(x:t()), helpers.flat(y)
    for i = 1, 12 do want = want + a[i] * b[i] end
    assert.is_true(helpers.near(x:t():dot(y), want, 1e-14))
    assert.are.equal(0, torch.dot(torch.Tensor(), torch.Tensor()))
    for _, n in ipairs {32767, 32768, 65537, 1000003} do
      local ones = torch.FloatTensor(2 * n):fill(2)
      assert.are.equal(4 * n, ones:narrow(1, 1, n):dot(ones:unfold(1, 1, 2):select(2, 1)))
    end
    -- of integers in the type of the elements
    assert.are.equal(65536 * 2 ^ 14, torch.IntTensor {2 ^ 15}:dot(torch.IntTensor {2 ^ 15}))
    assert.are.equal(0, torch.IntTensor {2 ^ 20}:dot(torch.IntTensor {2 ^ 20}))
  end)
end)

describe('bad arguments of products', function()
  local m23, v3, b = torch.Tensor(2, 3):zero(), torch.Tensor(3):zero(), torch.Tensor(2, 3, 4):zero()
  local cases = {
    {'sizes do not match', torch.mm, m23, m23}, {'2D and a 2D', torch.mm, m23, v3},
    {'expected a tensor', torch.mm, m23}, {'do not match', torch.mv, m23, torch.Tensor(2)},
    {'2D and a 1D', torch.mv, v3, v3}, {'1D and a 1D', torch.ger, m23, v3},
    {'do not match', torch.bmm, b, torch.Tensor(3, 4, 2)},
    {'do not match', torch.addmm, torch.Tensor(2, 2), m23, m23},
    {'a tensor of 2 x 2 to add to', torch.addmm, torch.Tensor(3, 3), m23, torch.Tensor(3, 2)},
    {'element counts differ', torch.dot, v3, torch.Tensor(4)},
    {'FloatTensor', torch.mm, m23, torch.FloatTensor(3, 2)},
    {'expected a tensor', torch.mm, m23, 2},
    {'expected a number', m23.addmm, m23, 'a', m23, m23},
    {'no product', function() return v3 * m23 end}, {'no product', function() return b * b end},
  }
  for i, case in ipairs(cases) do
    it('raise: ' .. case[1] .. ' (' .. i .. ')', function() fails(unpack(case)) end)
  end

  it('leave the result alone', function()
    local r = torch.Tensor {{1, 2}, {3, 4}}
    pcall(r.addmm, r, m23, m23)
    assert.are.same({1, 2, 3, 4}, helpers.flat(r))
  end)
end)
