-- Averaged stochastic gradient descent.

local common = require 'optim.common'

--- One step of averaged stochastic gradient descent on x, in place (Polyak and Juditsky, SIAM
-- J. Control Optim. 30, 1992): with eta_t = eta0 / (1 + lambda eta0 t)^alpha and
-- mu_t = 1 / max(1, t - t0), x becomes (1 - lambda eta_t) x - eta_t df/dx and the average a becomes
-- a + mu_t (x - a). opfunc(x) returns f(x) and df/dx. config: eta0 (1e-4), lambda (1e-4), alpha
-- (0.75), t0 (1e6). state (default: config) keeps eta_t, mu_t, t, ax and tmp.
-- Returns x, {f(x)} evaluated before the step, and the average.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local eta0, lambda = config.eta0 or 1e-4, config.lambda or 1e-4
  local eta, mu = state.eta_t or eta0, state.mu_t or 1

  local fx, dfdx = common.evaluate('asgd', opfunc, x)
  x:mul(1 - lambda * eta)
  x:add(-eta, dfdx)

  local average = common.buffer(state, 'ax', x)
  local tmp = common.buffer(state, 'tmp', x)
  if mu == 1 then
    average:copy(x)
  else
    tmp:add(x, -1, average)
    average:add(mu, tmp)
  end

  local t = (state.t or 0) + 1
  state.t = t
  state.eta_t = eta0 / (1 + lambda * eta0 * t) ^ (config.alpha or 0.75)
  state.mu_t = 1 / math.max(1, t - (config.t0 or 1e6))
  return x, {fx}, average
end
