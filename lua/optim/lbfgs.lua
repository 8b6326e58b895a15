-- Limited-memory BFGS with fixed steps or a line search.

local common = require 'optim.common'

-- Takes a tensor from a list of free buffers, or makes one like `template`.
local function take(buffers, template)
  return table.remove(buffers) or template.new():resizeAs(template)
end

-- Adds the last step and change of gradient to the memory if the curvature along it is positive.
local function remember(state, g, limit)
  local change = take(state.dir_bufs, g)
  local step = take(state.stp_bufs, g)
  change:add(g, -1, state.g_old)
  step:mul(state.d, state.t)
  local curvature = change:dot(step)
  if curvature > 1e-10 then
    if #state.old_dirs >= limit then
      table.insert(state.stp_bufs, table.remove(state.old_dirs, 1))
      table.insert(state.dir_bufs, table.remove(state.old_stps, 1))
    end
    table.insert(state.old_dirs, step)
    table.insert(state.old_stps, change)
    state.Hdiag = curvature / change:dot(change)
  else
    table.insert(state.dir_bufs, change)
    table.insert(state.stp_bufs, step)
  end
end

-- state.d = - H g by the two-loop recursion (Nocedal and Wright, algorithm 7.4).
local function direction(state, g)
  local steps, changes = state.old_dirs, state.old_stps
  local q, d = state.tmp1, state.d
  local rho, alpha = {}, {}
  q:mul(g, -1)
  for i = #steps, 1, -1 do
    rho[i] = 1 / changes[i]:dot(steps[i])
    alpha[i] = steps[i]:dot(q) * rho[i]
    q:add(-alpha[i], changes[i])
  end
  d:mul(q, state.Hdiag)
  for i = 1, #steps do
    d:add(alpha[i] - changes[i]:dot(d) * rho[i], steps[i])
  end
end

local function absolute_sum(state, tensor)
  return state.tmp1:abs(tensor):sum()
end

--- Iterations of L-BFGS on x, in place (Liu and Nocedal, Mathematical Programming 45, 1989).
-- opfunc(x) returns f(x) and df/dx. config: maxIter (20) iterations and maxEval (1.25 maxIter)
-- evaluations a call, tolFun (1e-5) for the sum of absolute gradients, tolX (1e-9) for steps and
-- changes of f, nCorrection (100) remembered steps, learningRate (1), lineSearch (a function such
-- as optim.lswolfe; without it the direction is followed learningRate times its length),
-- lineSearchOptions, verbose (false). state (default: config) carries the memory to the next call.
-- Returns x, the values of f, and the number of evaluations.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local max_iterations = tonumber(config.maxIter) or 20
  local max_evaluations = tonumber(config.maxEval) or max_iterations * 1.25
  local tol_fun, tol_x = config.tolFun or 1e-5, config.tolX or 1e-9
  local limit = config.nCorrection or 100
  local rate = config.learningRate or 1
  local line_search = config.lineSearch
  local function verbose(message)
    if config.verbose then print('<optim.lbfgs> ' .. message) end
  end

  local f, g = common.evaluate('lbfgs', opfunc, x)
  local history = {f}
  local evaluations = 1
  state.funcEval = (state.funcEval or 0) + 1
  state.nIter = state.nIter or 0
  common.buffer(state, 'tmp1', g)
  if absolute_sum(state, g) <= tol_fun then
    verbose('optimality condition below tolFun')
    return x, history, evaluations
  end
  state.dir_bufs, state.stp_bufs = state.dir_bufs or {}, state.stp_bufs or {}
  local d = common.buffer(state, 'd', g)
  common.buffer(state, 'g_old', g)

  for iteration = 1, max_iterations do
    state.nIter = state.nIter + 1
    if state.nIter == 1 then
      d:mul(g, -1)
      state.old_dirs, state.old_stps, state.Hdiag = {}, {}, 1
    else
      remember(state, g, limit)
      direction(state, g)
    end
    state.g_old:copy(g)
    state.f_old = f

    local slope = g:dot(d)
    if slope > -tol_x then
      verbose('no progress possible along the direction')
      break
    end
    state.t = rate
    if state.nIter == 1 then state.t = math.min(1, 1 / absolute_sum(state, g)) * rate end

    local spent = 0
    if line_search then
      f, g, x, state.t, spent =
        line_search(opfunc, x, state.t, d, f, g, slope, config.lineSearchOptions)
      table.insert(history, f)
    else
      x:add(state.t, d)
      if iteration < max_iterations then
        f, g = common.evaluate('lbfgs', opfunc, x)
        spent = 1
        table.insert(history, f)
      end
    end
    evaluations = evaluations + spent
    state.funcEval = state.funcEval + spent

    local reason = iteration == max_iterations and 'maximum number of iterations'
      or evaluations >= max_evaluations and 'maximum number of evaluations'
      or absolute_sum(state, g) <= tol_fun and 'optimality condition below tolFun'
      or absolute_sum(state, d) * math.abs(state.t) <= tol_x and 'step below tolX'
      or math.abs(f - state.f_old) < tol_x and 'change of f below tolX'
    if reason then
      verbose(reason)
      break
    end
  end
  return x, history, evaluations
end
