-- Calls of linear algebra: results that callers bring, options, and what is refused: bad arguments,
-- matrices without a solution, elements that are not finite, sizes beyond LAPACK's.

local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'
local matrices = require 'matrices'

local near, layouts = helpers.assert_near, helpers.layouts

local types, random, definite = matrices.types, matrices.random, matrices.definite

local function assert_identity(x, tol, message)
  near(x, torch.eye(x:size(1)):type(x:type()), tol, message)
end

-- Every result that a caller may bring: empty, of another size, of the right size in some layout.
local function results(like, ...)
  local all = layouts(like.new(...):fill(7))
  all.none, all.other = like.new(), like.new(2, 5):fill(3)
  return all
end

describe('results', function()
  it('that are brought along are filled, in whatever layout, and returned', function()
    torch.manualSeed(6)
    for name, tol in pairs(types) do
      local a, b = random(name, 4, 4), random(name, 4, 2)
      local calls = {
        {torch.gesv, {4, 2}, {4, 4}, args = {b, a}}, {torch.gels, {4, 2}, {4, 4}, args = {b, a}},
        {torch.trtrs, {4, 2}, {4, 4}, args = {b, a, 'L'}}, {torch.inverse, {4, 4}, args = {a}},
        {torch.potrf, {4, 4}, args = {definite(name, 4), 'L'}},
        {torch.potri, {4, 4}, args = {a, 'U'}},
        {torch.potrs, {4, 2}, args = {b, a, 'L'}}, {torch.qr, {4, 2}, {2, 2}, args = {b}},
        {torch.geqrf, {4, 2}, {2}, args = {b}}, {torch.symeig, {4}, {4, 4}, args = {a, 'V', 'L'}},
        {torch.eig, {4, 2}, {4, 4}, args = {a, 'V'}}, {torch.svd, {4, 2}, {2}, {2, 2}, args = {b}},
        {torch.orgqr, {4, 2}, args = {b, b:select(1, 1)}},
        {torch.ormqr, {4, 2}, args = {a, a:select(1, 1):narrow(1, 1, 3), b}},
      }
      for i, call in ipairs(calls) do
        local f, want = call[1], {call[1](unpack(call.args))}
        for layout, r1 in pairs(results(a, unpack(call[2]))) do
          local given = {r1}
          for k = 3, #call do
            local all = results(a, unpack(call[k]))
            given[k - 1] = all[layout] or all.contiguous
          end
          local all = {unpack(given)}
          for _, argument in ipairs(call.args) do all[#all + 1] = argument end
          local got = {f(unpack(all))}
          for k, r in ipairs(given) do
            assert.is_true(got[k] == r)
            near(r, want[k], tol, ('call %d, %s, result %d, %s'):format(i, name, k, layout or ''))
          end
        end
      end
    end
  end)

  it('may be the inputs', function()
    for name, tol in pairs(types) do
      for layout, a in pairs(layouts(random(name, 3, 3))) do
        local a0, b = a:clone(), random(name, 3, 2)
        local b0, stride = b:clone(), a:stride():totable()
        local want, lu = torch.gesv(b, a)
        local x = torch.gesv(b, a, b, a)
        assert.is_true(x == b)
        near(b, want, 0)
        near(a, lu, 0)
        near(a0 * b, b0, tol)
        assert.are.same(stride, a:stride():totable(), layout)
        a:copy(a0)
        assert_identity(a0 * torch.inverse(a, a), tol, layout)
      end
    end
  end)

  it('are column-major, unless they are parts of something', function()
    local x = random('Double', 3, 3)
    local r, whole = torch.Tensor(3, 3), torch.zeros(2, 3, 3)
    assert.are.same({1, 3}, torch.inverse(x):stride():totable())
    assert.are.same({1, 3}, torch.inverse(r, x):stride():totable())
    torch.inverse(whole[2], x)
    near(whole[2], torch.inverse(x), 0)
    near(whole[1], torch.zeros(3, 3), 0)
    local solution = torch.gels(random('Double', 5, 2), random('Double', 5, 3))
    assert.are.same({1, 5}, solution:stride():totable())
  end)
end)

describe('options', function()
  local a, b = random('Double', 3, 3), random('Double', 3, 2)

  it('may be left out from the left', function()
    near(torch.trtrs(b, a, 'T'), torch.trtrs(b, a, 'U', 'T', 'N'), 0)
    near(torch.trtrs(b, a, 'N', 'U'), torch.trtrs(b, a, 'U', 'N', 'U'), 0)
    near(torch.trtrs(b, a, 'L', 'U'), torch.trtrs(b, a, 'L', 'N', 'U'), 0)
    near(torch.trtrs(b, a, nil, 'T'), torch.trtrs(b, a, 'U', 'T'), 0)
    near((torch.symeig(a, 'L')), (torch.symeig(a, 'N', 'L')), 0)
    local x = torch.Tensor()
    near(torch.trtrs(x, torch.Tensor(), b, a, 'L', 'T', 'U'), torch.trtrs(b, a, 'L', 'T', 'U'), 0)
  end)

  it('that are not known are refused', function()
    for _, case in ipairs {
      {"trtrs: expected 'U' or 'L' as argument 3, got a string", torch.trtrs, b, a, 'X'},
      {"trtrs: expected 'T' or 'N' as argument 6", torch.trtrs, torch.Tensor(), torch.Tensor(), b,
        a, 'U', 'X'},
      {"trtrs: expected 'U' or 'N' as argument 5", torch.trtrs, b, a, 'U', 'N', 'L'},
      {"symeig: expected 'V' or 'N' as argument 2, got the number 1", torch.symeig, a, 1},
      {"symeig: expected 'U' or 'L' as argument 3", torch.symeig, a, 'V', 'N'},
      {"eig: expected 'V' or 'N' as argument 2", torch.eig, a, 'U'},
      {"svd: expected 'A' or 'S' as argument 2", torch.svd, a, 'X'},
      {"potrf: expected 'U' or 'L' as argument 3", torch.potrf, a, a, 'u'},
      {"potrs: expected 'U' or 'L' as argument 3", torch.potrs, b, a, 2},
      {'pstrf: expected a number as argument 3', torch.pstrf, a, 'U', 'x'},
      {"ormqr: expected 'R' or 'L' as argument 4", torch.ormqr, a, a, a, 'X'},
    } do
      local ok, message = pcall(unpack(case, 2))
      assert.is_false(ok)
      assert.matches(case[1], message)
    end
  end)
end)

-- Every function with inputs of sizes that fit, given an n x n matrix.
local calls = {
  gesv = function(a) return torch.gesv(a, a) end, gels = function(a) return torch.gels(a, a) end,
  trtrs = function(a) return torch.trtrs(a, a) end, inverse = torch.inverse, det = torch.det,
  slogdet = torch.slogdet, potrf = torch.potrf, potri = torch.potri,
  potrs = function(a) return torch.potrs(a, a) end, pstrf = torch.pstrf, qr = torch.qr,
  geqrf = torch.geqrf, orgqr = function(a) return torch.orgqr(a, a.new(1):fill(0)) end,
  ormqr = function(a) return torch.ormqr(a, a.new(1):fill(0), a) end,
  symeig = function(a) return torch.symeig(a, 'V') end,
  eig = function(a) return torch.eig(a, 'V') end, svd = torch.svd,
}

describe('what is refused', function()
  it('by every function: other types, no tensor, no matrix', function()
    for name, f in pairs(calls) do
      local prefix = name .. ': '
      for _, type_name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'BFloat16'} do
        local ok, message = pcall(f, torch[type_name .. 'Tensor'](2, 2):fill(1))
        assert.is_false(ok, name)
        assert.matches(prefix .. 'not available for a ' .. type_name .. 'Tensor', message, 1, true)
      end
      for _, x in ipairs {torch.Tensor(), torch.Tensor(2, 2, 2):zero()} do
        local ok, message = pcall(f, x)
        assert.is_false(ok, name)
        assert.matches(prefix .. 'expected a', message, 1, true)
      end
      local ok, message = pcall(torch[name])
      assert.is_false(ok)
      assert.matches(name .. ': expected a tensor as argument 1, got nil', message, 1, true)
      assert.is_nil(torch.Tensor(2, 2)[name]) -- functions, no methods
    end
  end)

  local m23, m33, m32 = torch.zeros(2, 3), torch.zeros(3, 3), torch.zeros(3, 2)
  local r = torch.Tensor()
  local expanded = torch.zeros(1, 1):expand(2 ^ 30, 1)
  for i, case in ipairs {
    {'inverse: expected a square matrix, got [2 x 3 DoubleTensor]', torch.inverse, m23},
    {'det: expected a square matrix', torch.det, m23},
    {'gesv: expected a square matrix', torch.gesv, m23, m23},
    {'gesv: expected a right-hand side of 3 rows for the matrix [3 x 3 DoubleTensor], got [2 x 3 ',
      torch.gesv, m23, m33},
    {'gesv: expected a matrix or a vector, got [1 x 1 x 1', torch.gesv, torch.zeros(1, 1, 1), m33},
    {'gesv: two results are the same tensor', torch.gesv, r, r, m33, m33},
    {'gesv: the matrix is a DoubleTensor, the other', torch.gesv, torch.FloatTensor(3, 3), m33},
    {'gesv: the matrix is a DoubleTensor, the result a FloatTensor', torch.gesv,
      torch.FloatTensor(), r, m33, m33},
    {'gesv: expected a tensor as argument 4, got nil', torch.gesv, r, r, m33},
    {'gels: expected a right-hand side of 2 rows', torch.gels, m33, m23},
    {'trtrs: expected a square matrix', torch.trtrs, m23, m23},
    {'potrs: expected a right-hand side of 3 rows', torch.potrs, m23, m33},
    {'pstrf: expected an IntTensor for the pivots, got a LongTensor', torch.pstrf, r,
      torch.LongTensor(), m33},
    {'orgqr: expected a vector tau of at most 2 elements for the reflectors [2 x 3', torch.orgqr,
      m23, torch.zeros(3)},
    {'orgqr: expected a vector tau of at most 2 elements for the reflectors [3 x 2', torch.orgqr,
      m32, torch.zeros(3)},
    {'orgqr: expected a vector tau', torch.orgqr, m33, m33},
    {'ormqr: expected a matrix of 3 rows for the reflectors [3 x 2', torch.ormqr, m32,
      torch.zeros(2), m23},
    {'ormqr: expected a matrix of 3 columns', torch.ormqr, m32, torch.zeros(2), m32, 'R'},
    {'eig: expected a square matrix', torch.eig, m23},
    {'symeig: expected a square matrix', torch.symeig, m23},
    {'too large, LAPACK takes at most 536870911 rows', torch.qr, expanded},
    {'too large', torch.gesv, expanded, m33}, {'too large', torch.geqrf, expanded:t()},
    {"svd: [30000 x 30000 DoubleTensor] is too large for LAPACK's 32-bit workspace", torch.svd,
      torch.zeros(1, 1):expand(30000, 30000)},
    {"symeig: [40000 x 40000 DoubleTensor] is too large for LAPACK's 32-bit", torch.symeig,
      torch.zeros(1, 1):expand(40000, 40000), 'V'},
    {'inverse: elements of the result [3 x 3 DoubleTensor] share memory', torch.inverse,
      torch.ones(5):unfold(1, 3, 1), torch.eye(3)},
    {'inverse: the matrix is singular: U(2,2) is 0', torch.inverse, torch.ones(3, 3)},
    {'gesv: the matrix is singular: U(2,2) is 0', torch.gesv, m33, torch.ones(3, 3)},
    {'trtrs: the matrix is singular: A(1,1) is 0', torch.trtrs, m33, m33},
    {'gels: the matrix does not have full rank: element (2,2) of its triangular factor is 0',
      torch.gels, m33, torch.diag(torch.Tensor {1, 0, 2})},
    {'potrf: the matrix is not positive definite: its leading minor of order 2 is not positive',
      torch.potrf, torch.Tensor {{1, 2}, {2, 1}}},
    {'potri: the factor is singular: its element (3,3) is 0', torch.potri,
      torch.diag(torch.Tensor {1, 2, 0})},
  } do
    it('(' .. i .. ') ' .. case[1], function()
      local ok, message = pcall(unpack(case, 2))
      assert.is_false(ok)
      assert.matches(case[1], message, 1, true)
    end)
  end

  it('leaves results and inputs as they were', function()
    local x, b = torch.ones(3, 3), torch.range(1, 3):view(3, 1)
    assert.is_false(pcall(torch.gesv, b, x, b, x))
    near(b, torch.range(1, 3):view(3, 1), 0)
    near(x, torch.ones(3, 3), 0)
    assert.is_false(pcall(torch.inverse, b, x))
    near(b, torch.range(1, 3):view(3, 1), 0)
    local version = x.version
    assert.is_false(pcall(torch.potrf, x, torch.Tensor {{1, 2}, {2, 1}}))
    assert.are.equal(version, x.version)
    -- foreign memory cannot grow, which is found before anything is written
    local memory = torch.DoubleStorage(2)
    local fixed = torch.Tensor(torch.DoubleStorage(memory, 1, 2))
    local free = torch.Tensor(1):fill(5)
    assert.has_error(function() torch.gesv(free, fixed, b, torch.eye(3)) end)
    assert.are.same({5}, free:totable())
  end)
end)

describe('elements that are not finite', function()
  local bad = {0 / 0, math.huge, -math.huge}

  it('are refused where LAPACK iterates', function()
    for _, name in ipairs {'symeig', 'eig', 'svd'} do
      for type_name in pairs(types) do
        for _, v in ipairs(bad) do
          local x = random(type_name, 4, 4)
          x[2][3] = v
          local ok, message = pcall(calls[name], x)
          assert.is_false(ok)
          assert.matches(name .. ': the matrix has elements that are not finite', message, 1, true)
        end
      end
    end
    local half = torch.eye(3)
    half[3][1] = 0 / 0 -- in the triangle that is not read
    near(torch.symeig(half), torch.ones(3), 1e-15)
    assert.is_false(pcall(torch.symeig, half, 'L'))
  end)

  it('neither hang nor crash the others', function()
    local returned = 0
    for _, f in pairs(calls) do
      for type_name in pairs(types) do
        for _, n in ipairs {1, 2, 5, 40, 100} do
          for _, v in ipairs(bad) do
            local x = random(type_name, n, n)
            x[n][math.ceil(n / 2)] = v
            if pcall(f, x) then returned = returned + 1 end
            if pcall(f, x:fill(v)) then returned = returned + 1 end
          end
        end
      end
    end
    assert.is_true(returned > 100)
  end)
end)

describe('memory', function()
  it('is all given back, also by calls that fail', function()
    local a, singular = random('Double', 30, 30), torch.ones(30, 30)
    local function all()
      for _, f in pairs(calls) do
        f(a * a:t())
        pcall(f, singular)
      end
    end
    for _ = 1, 2 do all() end
    helpers.collect()
    local live = tonumber(F.C.lt_mem.live)
    for _ = 1, 20 do all() end
    helpers.collect()
    assert.is_true(F.C.lt_mem.live <= live)
  end)
end)

describe('the number of threads', function()
  it('is what it was, after small and large matrices', function()
    local status, output = helpers.script([[
      local torch = require 'torch'
      for _, n in ipairs {3, 210} do torch.inverse(torch.eye(n)) io.write(torch.getnumthreads()) end
    ]], {OMP_NUM_THREADS = '2'})
    assert.are.same({0, '22'}, {status, output})
  end)
end)
