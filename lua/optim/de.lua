-- Differential evolution: a population of points in a box that mix and compete.

local class = require 'torch.class'
local torch = require 'torch'

-- Three members of 1..count, different from each other and from `own`.
local function others(count, own)
  local picked = {}
  while #picked < 3 do
    local candidate = torch.random(1, count)
    local fresh = candidate ~= own
    for _, earlier in ipairs(picked) do fresh = fresh and earlier ~= candidate end
    if fresh then picked[#picked + 1] = candidate end
  end
  return picked[1], picked[2], picked[3]
end

--- Minimises f in a box by differential evolution, rand/1/bin (Storn and Price, J. Global
-- Optimization 11, 1997), without gradients.
-- opfunc(x) returns f(x) first. x: start, a member of the first population, set to the best point.
-- config: popsize (10 N, at least 4), scaleFactor (0.5), crossoverRate (0.9), maxFEs (1e4)
-- evaluations, minRegion and maxRegion, tensors like x that bound the box (default: -1 and 1).
-- state (default: config) keeps population, fitness and best.
-- Returns x and the best value after each generation.
return function(opfunc, x, config, state)
  if type(opfunc) ~= 'function' then
    error('optim.de: function expected as argument 1, got ' .. class.type(opfunc), 2)
  end
  if not class.isTensor(x) or x:nElement() == 0 then
    error('optim.de: non-empty tensor expected as argument 2, got ' .. class.type(x), 2)
  end
  config = config or {}
  state = state or config
  local n = x:nElement()
  local size = config.popsize or math.max(10 * n, 4)
  local factor, rate = config.scaleFactor or 0.5, config.crossoverRate or 0.9
  local limit = config.maxFEs or 1e4
  local low = (config.minRegion or x.new(n):fill(-1)):view(n)
  local high = (config.maxRegion or x.new(n):fill(1)):view(n)
  if size < 4 then error('optim.de: popsize must be at least 4, got ' .. size, 2) end

  local flat = x:view(n)
  local population, fitness = x.new(size, n), {}
  local function evaluate(point)
    flat:copy(point)
    return (opfunc(x))
  end
  population[1]:copy(flat)
  for k = 2, size do
    for i = 1, n do population[{k, i}] = torch.uniform(low[i], high[i]) end
  end
  local best = 1
  for k = 1, size do
    fitness[k] = evaluate(population[k])
    if fitness[k] < fitness[best] then best = k end
  end

  local trial = x.new(n)
  local history = {fitness[best]}
  local evaluations = size
  while evaluations < limit do
    for k = 1, size do
      local a, b, c = others(size, k)
      local forced = torch.random(1, n)
      for i = 1, n do
        local value = population[{k, i}]
        if i == forced or torch.uniform() < rate then
          value = population[{a, i}] + factor * (population[{b, i}] - population[{c, i}])
          if value < low[i] or value > high[i] then value = torch.uniform(low[i], high[i]) end
        end
        trial[i] = value
      end
      local value = evaluate(trial)
      if value <= fitness[k] then
        population[k]:copy(trial)
        fitness[k] = value
        if value < fitness[best] then best = k end
      end
    end
    evaluations = evaluations + size
    table.insert(history, fitness[best])
  end
  flat:copy(population[best])
  state.population, state.fitness, state.best = population, fitness, best
  return x, history
end
