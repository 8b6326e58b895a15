-- Adam: steps scaled by running averages of the gradient and of its square.

local common = require 'optim.common'

--- One step of Adam on x, in place (Kingma and Ba, arXiv:1412.6980).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: learningRate (1e-3),
-- learningRateDecay (0), beta1 (0.9), beta2 (0.999), epsilon (1e-8), weightDecay (0). state
-- (default: config) keeps t, m, v and denom. Returns x and {f(x)}, evaluated before the step.
-- After the first call no tensor is made.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local beta1, beta2 = config.beta1 or 0.9, config.beta2 or 0.999
  local weight_decay = config.weightDecay or 0

  local fx, dfdx = common.evaluate('adam', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  local m = common.buffer(state, 'm', dfdx)
  local v = common.buffer(state, 'v', dfdx)
  local denom = common.buffer(state, 'denom', dfdx)
  local t = state.t or 0
  local rate = (config.learningRate or 1e-3) / (1 + t * (config.learningRateDecay or 0))
  t = t + 1
  state.t = t

  m:mul(beta1):add(1 - beta1, dfdx)
  v:mul(beta2):addcmul(1 - beta2, dfdx, dfdx)
  denom:sqrt(v):add(config.epsilon or 1e-8)
  x:addcdiv(-rate * math.sqrt(1 - beta2 ^ t) / (1 - beta1 ^ t), m, denom)
  return x, {fx}
end
