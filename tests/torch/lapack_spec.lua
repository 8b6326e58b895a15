-- Linear algebra: what every factorization promises, for both types and every layout of inputs.
-- Values recorded from Torch7 are replayed by golden_spec.lua; results that callers bring and
-- errors are in lapackcalls_spec.lua.

local torch = require 'torch'
local helpers = require 'helpers'
local matrices = require 'matrices'

local near, layouts = helpers.assert_near, helpers.layouts

local types, random, definite = matrices.types, matrices.random, matrices.definite

local function eye_like(x, n) return torch.eye(n):type(x:type()) end

local function assert_identity(x, tol, message) near(x, eye_like(x, x:size(1)), tol, message) end

-- Calls f(type name, tolerance, n) for the types and some sizes.
local function each_square(f)
  torch.manualSeed(4)
  for name, tol in pairs(types) do
    for _, n in ipairs {1, 2, 3, 7, 70} do f(name, tol, n) end
  end
end

local shapes = {{1, 1}, {1, 5}, {5, 1}, {3, 4}, {4, 3}, {6, 6}, {50, 15}, {15, 50}}

local function each_shape(f)
  torch.manualSeed(5)
  for name, tol in pairs(types) do
    for _, shape in ipairs(shapes) do
      local x = random(name, unpack(shape))
      for layout, view in pairs(layouts(x)) do
        f(view, tol, shape[1], shape[2], ('%s %d x %d %s'):format(name, shape[1], shape[2], layout))
        near(view, x, 0, 'the input')
      end
    end
  end
end

describe('systems of equations', function()
  it('gesv, inverse, potrs and trtrs solve', function()
    each_square(function(name, tol, n)
      local a0, b0 = random(name, n, n), random(name, n, 3)
      for layout, a in pairs(layouts(a0)) do
        for _, b in pairs(layouts(b0)) do
          local what = ('%s %d %s'):format(name, n, layout)
          local x, lu = torch.gesv(b, a)
          near(a * x, b0, tol * n, what)
          assert.are.same({n, n}, lu:size():totable())
          assert_identity(a * torch.inverse(a), tol * n, what)
          near(torch.triu(a0) * torch.trtrs(b, a), b0, tol * n, what)
          near(torch.tril(a0):t() * torch.trtrs(b, a, 'L', 'T'), b0, tol * n, what)
          near(a, a0, 0, what)
          near(b, b0, 0, what)
        end
      end
      local unit = torch.triu(a0, 1):div(n) + eye_like(a0, n)
      near(unit * torch.trtrs(b0, torch.triu(a0, 1):div(n), 'U', 'N', 'U'), b0, tol * n)
      local s = definite(name, n)
      near(s * torch.potrs(b0, torch.potrf(s)), b0, tol * n * n)
      near(s * torch.potrs(b0, torch.potrf(s, 'L'), 'L'), b0, tol * n * n)
    end)
  end)

  it('take a vector as one column', function()
    local a, b = random('Double', 3, 3), torch.Tensor {1, 2, 3}
    for _, x in ipairs {torch.gesv(b, a), torch.gels(b, a), (torch.trtrs(b, a)),
      torch.potrs(b, torch.potrf(definite('Double', 3)))} do
      assert.are.same({3, 1}, x:size():totable())
    end
    near(a * torch.gesv(torch.Tensor(6):narrow(1, 2, 3):copy(b), a), b:view(3, 1), 1e-12)
  end)

  it('gels minimizes the residual, and gives it behind the solution', function()
    each_shape(function(a, tol, m, n, what)
      local b = random(torch.type(a):match('torch%.(.*)Tensor'), m, 2)
      local x, factors = torch.gels(b, a)
      assert.are.same({n, 2}, x:size():totable())
      assert.are.same({m, n}, factors:size():totable())
      local residual = b - a * x
      near(a:t() * residual, b.new(n, 2):zero(), tol * 30, what)
      if m <= n then
        near(residual, b.new(m, 2):zero(), tol * 30, what)
        -- of least norm: no part of x is orthogonal to the rows of a
        near(a:t() * torch.gesv(a * x, a * a:t()), x, tol * 30, what)
      else
        local rest = b.new(x:storage(), n + 1, m - n, 1, 2, m)
        for k = 1, 2 do
          assert.is_true(helpers.near(rest:select(2, k):norm(), residual:select(2, k):norm(),
            tol * 30))
        end
      end
    end)
  end)
end)

describe('det and slogdet', function()
  it('agree with the product of eigenvalues and the rules for products', function()
    assert.is_true(helpers.near(torch.det(torch.FloatTensor {{1, 2}, {3, 4}}), -2, 1e-6))
    local x3 = torch.Tensor {{0, 2, 1}, {1, 0, 3}, {2, 1, 0}}
    assert.is_true(helpers.near(torch.det(x3), 13, 1e-14))
    assert.are.equal(0, torch.det(torch.zeros(3, 3)))
    assert.are.same({0, -math.huge}, {torch.slogdet(torch.zeros(3, 3))})
    each_square(function(name, tol, n)
      local x, y = random(name, n, n):div(n), random(name, n, n):div(n)
      local sx, lx = torch.slogdet(x)
      local sy, ly = torch.slogdet(y:t())
      local s, l = torch.slogdet(y * x:t())
      assert.are.equal(sx * sy, s)
      assert.is_true(helpers.near(lx + ly, l, tol * n))
      assert.is_true(helpers.near(torch.det(x), sx * math.exp(lx), tol))
    end)
    local sign, log = torch.slogdet(torch.eye(400):mul(-1e-3))
    assert.are.equal(1, sign)
    assert.is_true(helpers.near(log, -400 * math.log(1e3), 1e-12))
    assert.are.equal(0, torch.det(torch.eye(400):mul(-1e-3)))
  end)

  it('are NaN for NaN', function()
    local x = torch.eye(3):fill(0 / 0)
    for _, v in ipairs {torch.det(x), torch.slogdet(x)} do assert.is_true(v ~= v) end
  end)
end)

describe('Cholesky factors', function()
  it('of potrf, potri and pstrf multiply back, whatever the other triangle holds', function()
    each_square(function(name, tol, n)
      local s = definite(name, n)
      for uplo, keep in pairs {U = torch.triu, L = torch.tril} do
        local half = keep(s)
        for layout, x in pairs(layouts(half)) do
          local f = torch.potrf(x, uplo)
          near(f, keep(f), 0, layout)
          near(uplo == 'U' and f:t() * f or f * f:t(), s, tol * n, name .. uplo .. n)
          near(torch.potri(f, uplo) * s, eye_like(s, n), tol * n * n, name .. uplo .. n)
          local p, piv = torch.pstrf(x, uplo)
          assert.are.equal('torch.IntTensor', torch.type(piv))
          near(p, keep(p), 0, layout)
          local order = piv:long()
          near(uplo == 'U' and p:t() * p or p * p:t(), s:index(1, order):index(2, order), tol * n)
          for i = 2, n do assert.is_true(p[i][i] <= p[i - 1][i - 1] * 1.0001) end
        end
      end
      near(torch.potrf(s), torch.potrf(s, 'U'), 0)
    end)
  end)

  it('of pstrf end at the tolerance', function()
    local x = torch.diag(torch.Tensor {4, 1, 1e-3})
    local r, piv = torch.pstrf(x, 'L', 1e-6)
    near(r, torch.diag(torch.Tensor {2, 1, math.sqrt(1e-3)}), 1e-15)
    assert.are.same({1, 2, 3}, piv:totable())
    near(torch.pstrf(x, 1e-6), r, 1e-15)
    assert.has_error(function() torch.pstrf(x, 1e-2) end,
      'pstrf: the matrix is rank deficient or not positive semidefinite: its rank is 2 of 3')
  end)
end)

describe('orthogonal factors', function()
  it('of qr multiply back, with orthonormal columns', function()
    each_shape(function(x, tol, m, n, what)
      local k = math.min(m, n)
      local q, r = torch.qr(x)
      assert.are.same({m, k, k, n}, {q:size(1), q:size(2), r:size(1), r:size(2)})
      near(q * r, x:clone(), tol, what)
      near(r, torch.triu(r), 0, what)
      assert_identity(q:t() * q, tol, what)
      assert.are.equal(m * k, q:storage():size())
    end)
  end)

  it('of geqrf are spelt out by orgqr and applied by ormqr', function()
    each_shape(function(x, tol, m, n, what)
      local name = torch.type(x):match('torch%.(.*)Tensor')
      local k = math.min(m, n)
      local a, tau = torch.geqrf(x)
      local q, r = torch.qr(x)
      near(torch.triu(a):narrow(1, 1, k):clone(), r, tol, what)
      assert.are.equal(k, tau:size(1))
      local tall = a:narrow(2, 1, k)
      near(torch.orgqr(tall, tau), q, tol, what)
      local wide = torch.orgqr(a, tau) -- q, and what geqrf left in the columns after it
      assert.are.same({m, n}, wide:size():totable())
      near(wide:narrow(2, 1, k):clone(), q, tol, what)
      if n > k then
        near(wide:narrow(2, k + 1, n - k):clone(), a:narrow(2, k + 1, n - k), 0, what)
      end
      local complete = torch.ormqr(a, tau, eye_like(x, m)) -- all m columns
      near(complete:narrow(2, 1, k):clone(), q, tol, what)
      for _, c in pairs(layouts(random(name, m, 3))) do
        near(torch.ormqr(a, tau, c), complete * c, tol, what)
        near(torch.ormqr(a, tau, c, 'L', 'T'), complete:t() * c, tol, what)
        near(torch.ormqr(a, tau, c, 'T'), complete:t() * c, tol, what)
        near(torch.ormqr(a, tau, c:t(), 'R'), c:t() * complete, tol, what)
        near(torch.ormqr(tall, tau, c:t(), 'R', 'T'), c:t() * complete:t(), tol, what)
      end
    end)
  end)

  it('are built from fewer reflectors than columns', function()
    local a, tau = torch.geqrf(random('Double', 5, 4))
    local two = tau:narrow(1, 1, 2)
    near(torch.orgqr(a, two), torch.ormqr(a, two, torch.eye(5)):narrow(2, 1, 4):clone(), 1e-14)
  end)
end)

describe('eigenvalues', function()
  it('of symmetric matrices come in order with orthonormal vectors', function()
    each_square(function(name, tol, n)
      local x = random(name, n, n)
      local s = x + x:t()
      for uplo, keep in pairs {U = torch.triu, L = torch.tril} do
        for layout, half in pairs(layouts(keep(s))) do
          local e, v = torch.symeig(half, 'V', uplo)
          near(s * v, v * torch.diag(e), tol * n, name .. n .. layout)
          assert_identity(v:t() * v, tol, name .. n)
          for i = 2, n do assert.is_true(e[i - 1] <= e[i]) end
          local alone, none = torch.symeig(half, 'N', uplo)
          near(alone, e, tol * n)
          assert.are.equal(0, none:dim())
        end
      end
      near(torch.symeig(s), torch.symeig(s, 'L'), tol * n)
    end)
  end)

  it('of any matrix, complex pairs in two columns', function()
    local pairs_seen = 0
    each_square(function(name, tol, n)
      for layout, x in pairs(layouts(random(name, n, n))) do
        local e, v = torch.eig(x, 'V')
        local product, i = x * v, 1
        while i <= n do
          local re, im, one = e[i][1], e[i][2], v:select(2, i)
          if im == 0 then
            near(product:select(2, i):clone(), one * re, tol * n, layout)
            i = i + 1
          else
            local two = v:select(2, i + 1)
            assert.are.same({re, -im}, e[i + 1]:totable())
            near(product:select(2, i):clone(), one * re - two * im, tol * n, layout)
            near(product:select(2, i + 1):clone(), two * re + one * im, tol * n, layout)
            i, pairs_seen = i + 2, pairs_seen + 1
          end
        end
        assert.are.equal(0, select(2, torch.eig(x)):dim())
        local alone = torch.eig(x):select(2, 1)
        assert.is_true(helpers.near(alone:sum(), torch.trace(x), tol * n))
      end
    end)
    assert.is_true(pairs_seen > 50)
    near((torch.eig(torch.Tensor {{0, -1}, {1, 0}})), torch.Tensor {{0, 1}, {0, -1}}, 1e-15)
  end)
end)

describe('singular values', function()
  it('make up the matrix with orthonormal vectors', function()
    each_shape(function(x, tol, m, n, what)
      local k = math.min(m, n)
      local u, s, v = torch.svd(x)
      assert.are.same({m, k, k, n, k},
        {u:size(1), u:size(2), s:size(1), v:size(1), v:size(2)})
      near(u * torch.diag(s) * v:t(), x:clone(), tol, what)
      assert_identity(u:t() * u, tol, what)
      assert_identity(v:t() * v, tol, what)
      for i = 1, k do assert.is_true(s[i] >= 0 and (i == 1 or s[i] <= s[i - 1])) end
      local uu, ss, vv = torch.svd(x, 'A')
      near(ss, s, tol, what)
      assert_identity(uu * uu:t(), tol, what)
      assert_identity(vv * vv:t(), tol, what)
      near(uu:narrow(2, 1, k) * torch.diag(ss) * vv:narrow(2, 1, k):t(), x:clone(), tol, what)
    end)
  end)
end)
