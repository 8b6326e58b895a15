-- Rprop: a step size for every parameter that grows while the gradient keeps its sign.

local common = require 'optim.common'

--- Steps of Rprop on x, in place (Riedmiller and Braun, ICNN 1993; without backtracking).
-- opfunc(x) returns f(x) and df/dx. config: stepsize (0.1), etaplus (1.2), etaminus (0.5),
-- stepsizemax (50), stepsizemin (1e-6), niter (1) steps a call. state (default: config) keeps
-- stepsize, sign, psign and cmp; where state is config its stepsize becomes a tensor.
-- Returns x and the values of f before each step.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local grow, shrink = config.etaplus or 1.2, config.etaminus or 0.5
  local smallest, largest = config.stepsizemin or 1e-6, config.stepsizemax or 50
  local history = {}

  for i = 1, config.niter or 1 do
    local fx, dfdx = common.evaluate('rprop', opfunc, x)
    history[i] = fx

    if not state.sign then
      local initial = config.stepsize or 0.1
      state.stepsize = nil
      common.buffer(state, 'stepsize', dfdx):fill(initial)
    end
    local stepsize = state.stepsize
    local sign = common.buffer(state, 'sign', dfdx)
    local previous = common.buffer(state, 'psign', dfdx)
    local agreement = common.buffer(state, 'cmp', dfdx)

    sign:sign(dfdx)
    agreement:cmul(sign, previous)
    -- Agreement 1, 0, -1 means a factor etaplus, 1, etaminus; a flipped sign counts as 0.
    previous:copy(agreement)
    agreement:cmax(0)
    stepsize:addcmul(grow - 1, stepsize, agreement)
    previous:cmin(0)
    stepsize:addcmul(1 - shrink, stepsize, previous)
    stepsize:clamp(smallest, largest)
    sign:addcmul(1, sign, previous)
    x:addcmul(-1, sign, stepsize)
    previous:copy(sign)
  end
  return x, history
end
