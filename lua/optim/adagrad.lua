-- AdaGrad: steps divided by the root of the sum of all squared gradients so far.

local common = require 'optim.common'

--- One step of AdaGrad on x, in place (Duchi, Hazan and Singer, JMLR 12, 2011).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: learningRate (1e-3),
-- learningRateDecay (0), weightDecay (0). state (default: config) keeps paramVariance, paramStd and
-- evalCounter. Returns x and {f(x)}, evaluated before the step. After the first call no tensor is
-- made.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local counter = state.evalCounter or 0
  local weight_decay = config.weightDecay or 0

  local fx, dfdx = common.evaluate('adagrad', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  local variance = common.buffer(state, 'paramVariance', dfdx)
  local std = common.buffer(state, 'paramStd', dfdx)
  local rate = (config.learningRate or 1e-3) / (1 + counter * (config.learningRateDecay or 0))

  variance:addcmul(1, dfdx, dfdx)
  std:sqrt(variance):add(1e-10)
  x:addcdiv(-rate, dfdx, std)

  state.evalCounter = counter + 1
  return x, {fx}
end
