-- What all optimizers have in common: where they keep their state, what they refuse, what they
-- allocate; and the optimizers that have no recorded path.

local torch = require 'torch'
local helpers = require 'helpers'
local optim = require 'optim'

-- f = |x - (1, 2, ... n)|^2 / 2 with its gradient in one buffer.
local function bowl(n)
  local target, gradient = torch.Tensor(n), torch.Tensor(n)
  for i = 1, n do target[i] = i end
  return function(x)
    gradient:add(x, -1, target)
    return gradient:dot(gradient) / 2, gradient
  end
end

local function keys(t)
  local list = {}
  for key in pairs(t) do list[#list + 1] = key end
  table.sort(list)
  return list
end

local gradient_methods = {'sgd', 'asgd', 'adadelta', 'adagrad', 'adam', 'adamax', 'nag', 'rmsprop',
  'rprop', 'lbfgs', 'cg'}

describe('state', function()
  for name, want in pairs {
    sgd = {'dfdx', 'evalCounter'},
    asgd = {'ax', 'eta_t', 'mu_t', 't', 'tmp'},
    adadelta = {'accDelta', 'delta', 'evalCounter', 'paramStd', 'paramVariance'},
    adagrad = {'evalCounter', 'paramStd', 'paramVariance'},
    adam = {'denom', 'm', 't', 'v'},
    adamax = {'m', 'max', 't', 'u'},
    rmsprop = {'m', 'tmp'},
    nag = {'dfdx', 'evalCounter'},
  } do
    it('of ' .. name .. ' has the names that Torch7 saves', function()
      local state = {}
      local config = {momentum = 0.9}
      optim[name](bowl(3), torch.zeros(3), config, state)
      assert.are.same(want, keys(state))
      assert.are.same({momentum = 0.9}, config)
    end)
  end

  it('goes into config where none is given, and both may be left out', function()
    for _, name in ipairs(gradient_methods) do
      local config = {}
      local x, values = optim[name](bowl(3), torch.zeros(3), config)
      assert.is_true(next(config) ~= nil, name)
      assert.are.equal(7, values[1], name)
      x = optim[name](bowl(3), x)
      assert.is_true(torch.isTensor(x), name)
    end
  end)

  it('goes on where it was left, from a copy', function()
    for _, name in ipairs {'sgd', 'adam', 'rmsprop', 'adagrad', 'lbfgs'} do
      local f = bowl(3)
      local x, state = torch.zeros(3), {}
      local config = {momentum = 0.9, learningRate = 0.1}
      optim[name](f, x, config, state)
      local other, copy = x:clone(), torch.deserialize(torch.serialize(state))
      optim[name](f, x, config, state)
      optim[name](f, other, config, copy)
      assert.are.same(x:totable(), other:totable(), name)
    end
  end)
end)

describe('options of sgd', function()
  it('weightDecays and learningRates act on each parameter', function()
    local function flat() return 0, torch.zeros(2) end
    local x = torch.Tensor {1, 1}
    optim.sgd(flat, x, {learningRate = 1, weightDecays = torch.Tensor {0.5, 0.25}})
    assert.are.same({0.5, 0.75}, x:totable())
    local function slope() return 0, torch.ones(2) end
    x:fill(1)
    local state = {}
    optim.sgd(slope, x, {learningRate = 1, learningRates = torch.Tensor {0.5, 0.25}}, state)
    assert.are.same({0.5, 0.75}, x:totable())
    assert.are.same({'deltaParameters', 'evalCounter'}, keys(state))
    x:fill(1)
    optim.nag(slope, x, {learningRate = 1, learningRates = torch.Tensor {0.5, 0.25}})
    assert.are.same({0.5, 0.75}, x:totable())
  end)

  it('that contradict each other are refused', function()
    for _, config in ipairs {{nesterov = true}, {nesterov = true, momentum = 0.9},
      {weightDecay = 1, weightDecays = torch.ones(3)}} do
      assert.has_error(function() optim.sgd(bowl(3), torch.zeros(3), config) end)
    end
    assert.has_error(function() optim.nag(bowl(3), torch.zeros(3), {momentum = 0}) end)
  end)
end)

describe('arguments', function()
  for what, case in pairs {
    ['no function'] = {nil, 'x', 'function expected'},
    ['no tensor'] = {'f', {1}, 'tensor expected'},
    ['no gradient'] = {function() return 1 end, 'x', 'must return f(x) and df/dx'},
    ['a gradient of other size'] = {function() return 1, torch.zeros(2) end, 'x', '2 elements'},
  } do
    it(what .. ' is refused at the caller\'s line, and x is kept', function()
      for _, name in ipairs(gradient_methods) do
        local x = torch.zeros(3)
        local f = case[1] == 'f' and bowl(3) or case[1]
        local ok, message = pcall(function()
          local result = optim[name](f, case[2] == 'x' and x or case[2])
          return result
        end)
        assert.is_false(ok, name)
        assert.is_truthy(message:find('optim.' .. name, 1, true), message)
        assert.is_truthy(message:find(case[3], 1, true), message)
        assert.are.same({0, 0, 0}, x:totable(), name)
      end
    end)
  end
end)

describe('memory', function()
  for _, name in ipairs {'sgd', 'adam', 'rmsprop', 'adagrad'} do
    it('is not allocated by ' .. name .. ' after the first call', function()
      local f, x = bowl(1000), torch.zeros(1000)
      local config, state = {momentum = 0.9, weightDecay = 0.1, learningRateDecay = 0.1}, {}
      optim[name](f, x, config, state)
      assert.are.equal(0, helpers.allocated(function()
        for _ = 1, 10 do optim[name](f, x, config, state) end
      end))
    end)
  end
end)

describe('float tensors', function()
  it('are optimized as well', function()
    for _, name in ipairs(gradient_methods) do
      local target = torch.FloatTensor {1, 2}
      local function f(x)
        local gradient = x - target
        return gradient:dot(gradient) / 2, gradient
      end
      local x = torch.FloatTensor {0, 0}
      local before = f(x)
      optim[name](f, x, {learningRate = 0.1, eta0 = 0.1})
      assert.is_true(f(x) < before, name)
      assert.are.equal('torch.FloatTensor', x:type())
    end
  end)
end)

describe('optim.checkgrad', function()
  it('measures the error of a gradient and keeps x', function()
    local x = torch.Tensor {3, 4}
    local difference, gradient, estimate = optim.checkgrad(bowl(2), x, 1e-5)
    assert.is_true(difference < 1e-8)
    assert.are.same({2, 2}, gradient:totable())
    assert.is_true(math.abs(estimate[1] - 2) < 1e-6)
    assert.are.same({3, 4}, x:totable())
    local function wrong(at) return at:dot(at), at:clone() end
    assert.is_true(math.abs(optim.checkgrad(wrong, x) - 1 / 3) < 1e-4)
  end)
end)

describe('optim.polyinterp', function()
  it('finds the least point of the polynomial through all points', function()
    -- (x - 1)^2 (x + 2) = x^3 - 3x + 2 has its minimum 0 at 1.
    local points = torch.Tensor {{-1, 4, 0}, {0, 2, -3}, {2, 4, 9}}
    local x, minimum = optim.polyinterp(points)
    assert.is_true(math.abs(x - 1) < 1e-6 and math.abs(minimum) < 1e-6)
    x = optim.polyinterp(points, 1.5, 3)
    assert.are.equal(1.5, x)
  end)

  it('does without unknown values', function()
    local nan = 0 / 0
    local x = optim.polyinterp(torch.Tensor {{0, 1, -2}, {2, 1, nan}})
    assert.is_true(math.abs(x - 1) < 1e-9)
  end)

  it('refuses other shapes', function()
    assert.has_error(function() optim.polyinterp(torch.Tensor(3)) end)
    assert.has_error(function() optim.polyinterp({}) end)
  end)
end)

describe('optim.lswolfe', function()
  it('ends where the strong Wolfe conditions hold', function()
    local evaluated = 0
    local function f(x)
      evaluated = evaluated + 1
      local a = x[1]
      return a ^ 4 - 3 * a ^ 2 + a, torch.Tensor {4 * a ^ 3 - 6 * a + 1}
    end
    for _, first in ipairs {1e-3, 0.1, 1, 10} do
      evaluated = 0
      local x, d = torch.Tensor {0}, torch.Tensor {-1}
      local f0, g0 = f(x)
      local value, gradient, result, t, count = optim.lswolfe(f, x, first, d, f0, g0, g0:dot(d))
      assert.are.equal(x, result)
      assert.is_true(math.abs(x[1] + t) < 1e-12)
      assert.are.equal(value, (f(x)))
      assert.is_true(value <= f0 - 1e-4 * t)
      assert.is_true(math.abs(gradient[1]) <= 0.9)
      assert.are.equal(count, evaluated - 2)
    end
  end)

  it('backs away from where f is not finite', function()
    local function f(x)
      local a = x[1]
      if a > 2 then return 0 / 0, torch.Tensor {0 / 0} end
      return (a - 1) ^ 2, torch.Tensor {2 * (a - 1)}
    end
    local x, d = torch.Tensor {0}, torch.Tensor {1}
    local value = optim.lswolfe(f, x, 100, d, 1, torch.Tensor {-2}, -2)
    assert.is_true(value < 0.9)
  end)
end)

describe('optim.FistaLS', function()
  -- Lasso with an orthogonal design: the solution is the soft threshold of b.
  local b, weight = torch.Tensor {3, 0.5, -2}, 1
  local function f(x, mode)
    local r = x - b
    if mode == 'dx' then return r:dot(r) / 2, r end
    return r:dot(r) / 2
  end
  local function g(x) return weight * torch.abs(x):sum() end
  local function shrink(x, L)
    for i = 1, x:nElement() do
      local size = math.max(math.abs(x[i]) - weight / L, 0)
      x[i] = x[i] < 0 and -size or size
    end
  end

  for _, accelerate in ipairs {true, false} do
    it(accelerate and 'solves with momentum' or 'solves without momentum', function()
      local params = {doFistaUpdate = accelerate, maxiter = 200, errthres = 1e-12}
      local x, history = optim.FistaLS(f, g, shrink, torch.zeros(3), params)
      for i, want in ipairs {2, 0, -1} do assert.is_true(math.abs(x[i] - want) < 1e-4) end
      assert.is_true(#history > 1 and #history < 200)
      assert.is_true(math.abs(history[#history].F - (f(x) + g(x))) < 1e-12)
      assert.is_true(params.L >= 1 and history[1].nline > 1)
    end)
  end

  it('refuses what is no function', function()
    assert.has_error(function() optim.FistaLS(f, nil, shrink, torch.zeros(3)) end)
    assert.has_error(function() optim.FistaLS(f, g, shrink, {}) end)
  end)
end)

describe('search without gradients', function()
  local function rosenbrock(x)
    return 100 * (x[2] - x[1] ^ 2) ^ 2 + (1 - x[1]) ^ 2
  end

  it('by optim.cmaes reaches the minimum and repeats from a seed', function()
    local results = {}
    for run = 1, 2 do
      torch.manualSeed(5)
      local x, history, evaluations =
        optim.cmaes(rosenbrock, torch.Tensor {-1.2, 1}, {sigma = 0.5, ftarget = 1e-10})
      assert.is_true(history[#history] < 1e-10 and rosenbrock(x) == history[#history])
      assert.is_true(evaluations < 2000)
      results[run] = x:totable()
    end
    assert.are.same(results[1], results[2])
    assert.has_error(function() optim.cmaes(rosenbrock, torch.zeros(2), {}) end)
  end)

  it('by optim.de stays in the box and reaches the minimum', function()
    torch.manualSeed(7)
    local low, high = torch.Tensor {-2, -2}, torch.Tensor {2, 2}
    local inside = true
    local function f(x)
      inside = inside and x:min() >= -2 and x:max() <= 2
      return rosenbrock(x)
    end
    local state = {}
    local x, history = optim.de(f, torch.Tensor {-1.2, 1},
      {minRegion = low, maxRegion = high, popsize = 40, maxFEs = 8000}, state)
    assert.is_true(inside)
    assert.is_true(history[#history] < 1e-6 and rosenbrock(x) == history[#history])
    assert.are.same({40, 2}, state.population:size():totable())
    assert.has_error(function() optim.de(f, x, {popsize = 3}) end)
  end)
end)
