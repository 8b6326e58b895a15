-- Nesterov's accelerated gradient: the gradient is taken where the momentum leads.

local common = require 'optim.common'

--- One step of Nesterov's accelerated gradient on x, in place (Sutskever et al., On the importance
-- of initialization and momentum in deep learning, ICML 2013).
-- opfunc(x) returns f(x) and df/dx (to which weight decay is added). config: learningRate (1e-3),
-- learningRateDecay (0), weightDecay (0), momentum (0.9), learningRates (a tensor of factors like
-- x). state (default: config) keeps evalCounter, dfdx and deltaParameters.
-- Returns x and {f}, evaluated after the step along the momentum.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local momentum = config.momentum or 0.9
  local weight_decay = config.weightDecay or 0
  local counter = state.evalCounter or 0
  if momentum <= 0 then
    error('optim.nag: momentum must be positive, got ' .. momentum, 2)
  end

  if state.dfdx then x:add(momentum, state.dfdx) end
  local fx, dfdx = common.evaluate('nag', opfunc, x)
  if weight_decay ~= 0 then dfdx:add(weight_decay, x) end

  local rate = (config.learningRate or 1e-3) / (1 + counter * (config.learningRateDecay or 0))
  local velocity = common.buffer(state, 'dfdx', dfdx)
  velocity:mul(momentum)
  local step = dfdx
  if config.learningRates then
    step = common.buffer(state, 'deltaParameters', dfdx)
    step:cmul(config.learningRates, dfdx)
  end
  x:add(-rate, step)
  velocity:add(-rate, step)

  state.evalCounter = counter + 1
  return x, {fx}
end
