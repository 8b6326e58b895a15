-- RMSprop: steps divided by the root of a running average of squared gradients.

local common = require 'optim.common'

--- One step of RMSprop on x, in place (Tieleman and Hinton, Coursera lecture 6.5, 2012).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: learningRate (1e-2),
-- alpha (0.99), epsilon (1e-8), initialMean (0), weightDecay (0). state (default: config) keeps m
-- and tmp. Returns x and {f(x)}, evaluated before the step. After the first call no tensor is made.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local alpha = config.alpha or 0.99
  local weight_decay = config.weightDecay or 0

  local fx, dfdx = common.evaluate('rmsprop', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  if not state.m then common.buffer(state, 'm', dfdx):fill(config.initialMean or 0) end
  local tmp = common.buffer(state, 'tmp', dfdx)

  state.m:mul(alpha):addcmul(1 - alpha, dfdx, dfdx)
  tmp:sqrt(state.m):add(config.epsilon or 1e-8)
  x:addcdiv(-(config.learningRate or 1e-2), dfdx, tmp)
  return x, {fx}
end
