-- Nonlinear conjugate gradients with the line search of C. E. Rasmussen's minimize.m.

local common = require 'optim.common'

local tiny = 1e-320

local function finite(number)
  return number == number and math.abs(number) < math.huge
end

-- Step from the new point (value f2, slope d2) to the minimum of the cubic or parabola that also
-- fits the other end (f3, d3) at distance z3; f1 is the value where the line search began.
local function interpolate(f1, f2, d2, f3, d3, z3, int)
  local z2
  if f2 > f1 then
    z2 = z3 - (0.5 * d3 * z3 * z3) / (d3 * z3 + f2 - f3)
  else
    local a = 6 * (f2 - f3) / z3 + 3 * (d2 + d3)
    local b = 3 * (f3 - f2) - z3 * (d3 + 2 * d2)
    local root = math.sqrt(b * b - a * d2 * z3 * z3)
    -- The same root either way; on a parabola a is all rounding error and only one way is exact.
    z2 = b < 0 and (root - b) / a or -d2 * z3 * z3 / (root + b)
  end
  if not finite(z2) then z2 = z3 / 2 end
  return math.max(math.min(z2, int * z3), (1 - int) * z3)
end

-- Step beyond the new point by the same cubic, kept within limits; limit < 0 means there is none.
local function extrapolate(f2, d2, f3, d3, z1, z3, limit, int, ext)
  local a = 6 * (f2 - f3) / z3 + 3 * (d2 + d3)
  local b = 3 * (f3 - f2) - z3 * (d3 + 2 * d2)
  local z2 = -d2 * z3 * z3 / (b + math.sqrt(b * b - a * d2 * z3 * z3))
  local bounded = limit > -0.5
  if not finite(z2) or z2 < 0 then
    if bounded then return (limit - z1) / 2 end
    return z1 * (ext - 1)
  elseif bounded and z2 + z1 > limit then
    return (limit - z1) / 2
  elseif not bounded and z2 + z1 > z1 * ext then
    return z1 * (ext - 1)
  elseif z2 < -z3 * int then
    return -z3 * int
  elseif bounded and z2 < (limit - z1) * (1 - int) then
    return (limit - z1) * (1 - int)
  end
  return z2
end

--- Iterations of conjugate gradients (Polak-Ribiere) on x, in place.
-- opfunc(x) returns f(x) and df/dx. config: maxEval (1.25 maxIter) evaluations a call, maxIter (20)
-- evaluations a line search, rho (0.01) and sig (0.5) of the Wolfe conditions, int (0.1) and ext
-- (3): how near a step may come to the ends of its bracket and how far go beyond it, ratio (100)
-- between successive first steps, verbose (0). state (default: config) keeps the buffers df0, df1,
-- df2, x0 and s.
-- Returns x, the values of f at the start and after each line search, and the evaluations made.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local rho, sig = config.rho or 0.01, config.sig or 0.5
  local int, ext = config.int or 0.1, config.ext or 3
  local max_iterations = config.maxIter or 20
  local ratio = config.ratio or 100
  local max_evaluations = config.maxEval or max_iterations * 1.25

  local evaluations = 0
  local function evaluate(target)
    local value, gradient = common.evaluate('cg', opfunc, x)
    target = target or common.buffer(state, 'df1', gradient)
    target:copy(gradient)
    evaluations = evaluations + 1
    return value, target
  end

  local f1, df1 = evaluate()
  local df0 = common.buffer(state, 'df0', df1)
  local df2 = common.buffer(state, 'df2', df1)
  local s = common.buffer(state, 's', df1)
  local x0 = common.buffer(state, 'x0', df1)
  local history = {f1}
  s:mul(df1, -1)
  local d1 = -s:dot(s)
  local z1 = 1 / (1 - d1)
  local failed_before = false

  while evaluations < math.abs(max_evaluations) do
    x0:copy(x)
    df0:copy(df1)
    local f0 = f1
    x:add(z1, s)
    local f2 = evaluate(df2)
    local d2 = df2:dot(s)
    local f3, d3, z3 = f1, d1, -z1
    local left = math.min(max_iterations, max_evaluations - evaluations)
    local success, limit = false, -1
    local function move(z2)
      x:add(z2, s)
      f2 = evaluate(df2)
      d2 = df2:dot(s)
      left = left - 1
    end

    while true do
      while (f2 > f1 + z1 * rho * d1 or d2 > -sig * d1) and left > 0 do
        limit = z1
        local z2 = interpolate(f1, f2, d2, f3, d3, z3, int)
        z1 = z1 + z2
        move(z2)
        z3 = z3 - z2
      end
      if f2 > f1 + z1 * rho * d1 or d2 > -sig * d1 then
        break
      elseif d2 > sig * d1 then
        success = true
        break
      elseif left <= 0 then
        break
      end
      local z2 = extrapolate(f2, d2, f3, d3, z1, z3, limit, int, ext)
      f3, d3, z3 = f2, d2, -z2
      z1 = z1 + z2
      move(z2)
    end

    if success then
      f1 = f2
      table.insert(history, f1)
      if (config.verbose or 0) ~= 0 then
        print(('<optim.cg> f = %g after %d evaluations'):format(f1, evaluations))
      end
      s:mul((df2:dot(df2) - df1:dot(df2)) / df1:dot(df1)):add(-1, df2)
      df1, df2 = df2, df1
      d2 = df1:dot(s)
      if d2 > 0 then
        s:mul(df1, -1)
        d2 = -s:dot(s)
      end
      z1 = z1 * math.min(ratio, d1 / (d2 - tiny))
      d1 = d2
      failed_before = false
    else
      x:copy(x0)
      f1 = f0
      df1:copy(df0)
      if failed_before or evaluations > max_evaluations then break end
      df1, df2 = df2, df1
      s:mul(df1, -1)
      d1 = -s:dot(s)
      z1 = 1 / (1 - d1)
      failed_before = true
    end
  end
  state.df0, state.df1, state.df2 = df0, df1, df2
  return x, history, evaluations
end
