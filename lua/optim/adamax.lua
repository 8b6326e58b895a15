-- AdaMax: Adam with the infinity norm in place of the square root of averaged squares.

local common = require 'optim.common'

--- One step of AdaMax on x, in place (Kingma and Ba, arXiv:1412.6980, section 7.1).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: learningRate (0.002),
-- beta1 (0.9), beta2 (0.999), epsilon (1e-38), weightDecay (0). state (default: config) keeps t, m,
-- u and max. Returns x and {f(x)}, evaluated before the step.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local beta1 = config.beta1 or 0.9
  local weight_decay = config.weightDecay or 0

  local fx, dfdx = common.evaluate('adamax', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  local m = common.buffer(state, 'm', dfdx)
  local u = common.buffer(state, 'u', dfdx)
  local magnitude = common.buffer(state, 'max', dfdx)
  local t = (state.t or 0) + 1
  state.t = t

  m:mul(beta1):add(1 - beta1, dfdx)
  magnitude:abs(dfdx):add(config.epsilon or 1e-38)
  u:mul(config.beta2 or 0.999)
  u:cmax(u, magnitude)
  x:addcdiv(-(config.learningRate or 0.002) / (1 - beta1 ^ t), m, u)
  return x, {fx}
end
