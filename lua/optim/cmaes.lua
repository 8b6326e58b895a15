-- CMA-ES: search with a normal distribution whose covariance learns from the best samples.

local class = require 'torch.class'
local symmetric = require 'optim.symmetric'
local torch = require 'torch'

local function vector(n, value)
  local v = {}
  for i = 1, n do v[i] = value end
  return v
end

local function identity(n)
  local m = {}
  for i = 1, n do
    m[i] = vector(n, 0)
    m[i][i] = 1
  end
  return m
end

-- Fixed strategy parameters for n dimensions and lambda samples a generation (Hansen's tutorial).
local function strategy(n, lambda)
  local mu = math.floor(lambda / 2)
  local weights, sum, squares = {}, 0, 0
  for i = 1, mu do
    weights[i] = math.log(lambda / 2 + 0.5) - math.log(i)
    sum = sum + weights[i]
  end
  for i = 1, mu do
    weights[i] = weights[i] / sum
    squares = squares + weights[i] ^ 2
  end
  local mueff = 1 / squares
  local c1 = 2 / ((n + 1.3) ^ 2 + mueff)
  local cs = (mueff + 2) / (n + mueff + 5)
  return {
    weights = weights, mu = mu, mueff = mueff, cs = cs, c1 = c1,
    cc = (4 + mueff / n) / (n + 4 + 2 * mueff / n),
    cmu = math.min(1 - c1, 2 * (mueff - 2 + 1 / mueff) / ((n + 2) ^ 2 + mueff)),
    damps = 2 * mueff / lambda + 0.3 + cs,
    expected_norm = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
end

-- Search distribution: mean, step size, covariance and its decomposition C = B diag(D^2) B'.
local function distribution(mean, sigma)
  local n = #mean
  return {mean = mean, sigma = sigma, C = identity(n), B = identity(n), D = vector(n, 1),
    pc = vector(n, 0), ps = vector(n, 0), decomposed_at = 0}
end

local function decompose(dist)
  local n = #dist.mean
  for i = 1, n do
    for j = 1, i - 1 do
      local middle = (dist.C[i][j] + dist.C[j][i]) / 2
      dist.C[i][j], dist.C[j][i] = middle, middle
    end
  end
  local values
  values, dist.B = symmetric(dist.C)
  for i = 1, n do dist.D[i] = math.sqrt(math.max(values[i], 1e-300)) end
end

local function sample(dist, normals)
  local n = #dist.mean
  torch.randn(normals, n)
  local x = {}
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + dist.B[i][j] * dist.D[j] * normals[j] end
    x[i] = dist.mean[i] + dist.sigma * sum
  end
  return x
end

-- Moves the distribution to the best samples (sorted, best first).
local function update(dist, par, samples, evaluations)
  local n = #dist.mean
  local old = dist.mean
  dist.mean = vector(n, 0)
  for k = 1, par.mu do
    for i = 1, n do dist.mean[i] = dist.mean[i] + par.weights[k] * samples[k].x[i] end
  end
  -- z = C^(-1/2) (mean - old) / sigma
  local y, rotated, z = {}, vector(n, 0), vector(n, 0)
  for i = 1, n do y[i] = (dist.mean[i] - old[i]) / dist.sigma end
  for j = 1, n do
    for i = 1, n do rotated[j] = rotated[j] + dist.B[i][j] * y[i] end
    rotated[j] = rotated[j] / dist.D[j]
  end
  for i = 1, n do
    for j = 1, n do z[i] = z[i] + dist.B[i][j] * rotated[j] end
  end
  local cs, cc, c1, cmu = par.cs, par.cc, par.c1, par.cmu
  local norm2 = 0
  for i = 1, n do
    dist.ps[i] = (1 - cs) * dist.ps[i] + math.sqrt(cs * (2 - cs) * par.mueff) * z[i]
    norm2 = norm2 + dist.ps[i] ^ 2
  end
  local lambda = #samples
  local decay = 1 - (1 - cs) ^ (2 * evaluations / lambda)
  local hsig = norm2 / n / decay < 2 + 4 / (n + 1) and 1 or 0
  for i = 1, n do
    dist.pc[i] = (1 - cc) * dist.pc[i] + hsig * math.sqrt(cc * (2 - cc) * par.mueff) * y[i]
  end
  local kept = 1 - c1 * (1 - (1 - hsig ^ 2) * cc * (2 - cc)) - cmu
  for i = 1, n do
    for j = 1, n do
      local rank_mu = 0
      for k = 1, par.mu do
        local s = samples[k].x
        rank_mu = rank_mu + par.weights[k] * (s[i] - old[i]) * (s[j] - old[j])
      end
      dist.C[i][j] = kept * dist.C[i][j] + c1 * dist.pc[i] * dist.pc[j]
        + cmu * rank_mu / dist.sigma ^ 2
    end
  end
  dist.sigma = dist.sigma
    * math.exp(math.min(1, cs / par.damps * (math.sqrt(norm2) / par.expected_norm - 1)))
end

local function check(opfunc, x)
  if type(opfunc) ~= 'function' then
    error('optim.cmaes: function expected as argument 1, got ' .. class.type(opfunc), 3)
  end
  if not class.isTensor(x) or x:nElement() == 0 then
    error('optim.cmaes: non-empty tensor expected as argument 2, got ' .. class.type(x), 3)
  end
end

--- Minimises f by covariance matrix adaptation (Hansen, arXiv:1604.00772), without gradients.
-- opfunc(x) returns f(x) first. x: start, set to the best point found. config or state: sigma, the
-- first standard deviation, maxEval (1000 N^2) evaluations, ftarget, the value at which to stop,
-- popsize (4 + floor(3 log N)), verb_disp (0; print every so many generations), min_iterations (1).
-- Returns x, the best value after each generation, and the number of evaluations.
return function(opfunc, x, config, state)
  check(opfunc, x)
  config = config or {}
  state = state or config
  local function option(name, default)
    if state[name] ~= nil then return state[name] end
    return config[name] == nil and default or config[name]
  end
  local n = x:nElement()
  local sigma = option('sigma')
  if type(sigma) ~= 'number' or sigma <= 0 then
    error('optim.cmaes: sigma must be a positive number, got ' .. tostring(sigma), 2)
  end
  local lambda = option('popsize', 4 + math.floor(3 * math.log(n)))
  local max_evaluations = option('maxEval', 1e3 * n ^ 2)
  local target = option('ftarget', -math.huge)
  local display, least = option('verb_disp', 0), option('min_iterations', 1)

  local flat = x:view(n)
  local start = {}
  for i = 1, n do start[i] = flat[i] end
  local dist, par = distribution(start, sigma), strategy(n, lambda)
  local normals = torch.DoubleTensor(n)
  local best = {f = math.huge, x = start}
  local history, evaluations, generation = {}, 0, 0

  while evaluations < max_evaluations do
    generation = generation + 1
    if evaluations - dist.decomposed_at > lambda / (par.c1 + par.cmu) / n / 10 then
      dist.decomposed_at = evaluations
      decompose(dist)
    end
    local samples = {}
    for k = 1, lambda do
      local point = sample(dist, normals)
      for i = 1, n do flat[i] = point[i] end
      samples[k] = {x = point, f = (opfunc(x))}
    end
    evaluations = evaluations + lambda
    table.sort(samples, function(a, b) return a.f < b.f end)
    if samples[1].f < best.f then best = samples[1] end
    table.insert(history, best.f)
    update(dist, par, samples, evaluations)
    if display > 0 and generation % display == 0 then
      print(('<optim.cmaes> generation %d: f = %g, sigma = %g')
        :format(generation, best.f, dist.sigma))
    end
    local widest = 0
    for i = 1, n do widest = math.max(widest, dist.D[i]) end
    local flat_region = samples[1].f == samples[math.min(lambda, 1 + math.floor(lambda / 2))].f
    local done = best.f < target or dist.sigma * widest < 1e-11 * sigma or flat_region
    if done and generation >= least then break end
  end
  for i = 1, n do flat[i] = best.x[i] end
  return x, history, evaluations
end
