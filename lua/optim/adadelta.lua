-- AdaDelta: steps scaled by the ratio of running averages of squared steps and squared gradients.

local common = require 'optim.common'

--- One step of AdaDelta on x, in place (Zeiler, arXiv:1212.5701).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: rho (0.9), eps (1e-6),
-- weightDecay (0). state (default: config) keeps paramVariance, paramStd, delta, accDelta and
-- evalCounter. Returns x and {f(x)}, evaluated before the step.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local rho, eps = config.rho or 0.9, config.eps or 1e-6
  local weight_decay = config.weightDecay or 0

  local fx, dfdx = common.evaluate('adadelta', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  local variance = common.buffer(state, 'paramVariance', dfdx)
  local std = common.buffer(state, 'paramStd', dfdx)
  local delta = common.buffer(state, 'delta', dfdx)
  local accumulated = common.buffer(state, 'accDelta', dfdx)

  variance:mul(rho):addcmul(1 - rho, dfdx, dfdx)
  std:add(variance, eps):sqrt()
  delta:add(accumulated, eps):sqrt():cdiv(std):cmul(dfdx)
  x:add(-1, delta)
  accumulated:mul(rho):addcmul(1 - rho, delta, delta)

  state.evalCounter = (state.evalCounter or 0) + 1
  return x, {fx}
end
