-- Line search that brackets and then narrows to a point that satisfies the strong Wolfe conditions.

local common = require 'optim.common'
local polyinterp = require 'optim.polyinterp'

local function legal(f, g)
  local norm = g:norm()
  return f == f and math.abs(f) < math.huge and norm == norm and norm < math.huge
end

-- A point on the line: position, value, gradient (a copy) and slope.
local function copy_of(point)
  return {t = point.t, f = point.f, g = point.g:clone(), slope = point.slope}
end

local function interpolate(like, a, b, low, high)
  local points = like.new(2, 3):double()
  for i, point in ipairs{a, b} do
    points[{i, 1}], points[{i, 2}], points[{i, 3}] = point.t, point.f, point.slope
  end
  return (polyinterp(points, low, high))
end

-- Keeps a trial away from the ends of the bracket if it comes too close twice, or once outside.
local function safeguard(t, low, high, stuck)
  local width = high - low
  if math.min(high - t, t - low) / width >= 0.1 then return t, false end
  if not stuck and t < high and t > low then return t, true end
  if math.abs(t - high) < math.abs(t - low) then return high - 0.1 * width, false end
  return low + 0.1 * width, false
end

--- Searches along x + t d for a step that satisfies the strong Wolfe conditions (Nocedal and
-- Wright, Numerical optimization, algorithms 3.5 and 3.6, with cubic interpolation).
-- opfunc(x) returns f and df/dx; x: start, which is moved to the result; t: first step tried; d:
-- direction; f, g: value and gradient at x; gtd: their slope along d. options: c1 (1e-4), c2 (0.9),
-- tolX (1e-9), maxIter (20), isverbose (false).
-- Returns f, g and x at the result, the step, and the number of evaluations.
return function(opfunc, x, t, d, f, g, gtd, options)
  options = options or {}
  local c1, c2 = options.c1 or 1e-4, options.c2 or 0.9
  local tolerance, limit = options.tolX or 1e-9, options.maxIter or 20
  local origin = x:clone()
  local evaluations = 0

  local function evaluate(step)
    x:add(origin, step, d)
    local value, gradient = common.evaluate('lswolfe', opfunc, x)
    evaluations = evaluations + 1
    return {t = step, f = value, g = gradient, slope = gradient:dot(d)}
  end
  local function too_high(point) return point.f > f + c1 * point.t * gtd end
  local function flat(point) return math.abs(point.slope) <= -c2 * gtd end

  local start = {t = 0, f = f, g = g:clone(), slope = gtd}
  local previous, new = start, copy_of(evaluate(t))
  local low, high, result
  local iterations = 0

  while iterations < limit do
    if not legal(new.f, new.g) then
      new = copy_of(evaluate((previous.t + new.t) / 2))
    elseif too_high(new) or (iterations > 1 and new.f >= previous.f) or
      (new.slope >= 0 and not flat(new)) then
      low, high = previous, new
      break
    elseif flat(new) then
      result = new
      break
    else
      local smallest = new.t + 0.01 * (new.t - previous.t)
      local trial = interpolate(x, previous, new, smallest, new.t * 10)
      previous, new = new, copy_of(evaluate(trial))
    end
    iterations = iterations + 1
  end
  if not result and not low then low, high = start, new end
  if low and high.f < low.f then low, high = high, low end

  local stuck = false
  while not result and iterations < limit do
    local trial = interpolate(x, low, high)
    trial, stuck = safeguard(trial, math.min(low.t, high.t), math.max(low.t, high.t), stuck)
    new = copy_of(evaluate(trial))
    iterations = iterations + 1
    if too_high(new) or new.f >= low.f then
      high = new
    else
      if flat(new) then
        result = new
      elseif new.slope * (high.t - low.t) >= 0 then
        high = low
      end
      low = new
    end
    if high.f < low.f then low, high = high, low end
    if not result and math.abs((low.t - high.t) * new.slope) < tolerance then break end
  end

  result = result or low
  x:add(origin, result.t, d)
  if options.isverbose then
    print(('<lswolfe> step %g after %d evaluations'):format(result.t, evaluations))
  end
  return result.f, result.g, x, result.t, evaluations
end
