-- Stochastic gradient descent with momentum, learning rate decay and weight decay.

local common = require 'optim.common'

--- One step of stochastic gradient descent on x, in place.
-- opfunc(x) returns f(x) and df/dx (which is used as scratch). config: learningRate (1e-3),
-- learningRateDecay (0), weightDecay (0) or weightDecays (a tensor like x), momentum (0), dampening
-- (the momentum), nesterov (false), learningRates (a tensor of factors like x). state (default:
-- config) keeps evalCounter, dfdx, deltaParameters and decayParameters between calls.
-- Returns x and {f(x)}, f being evaluated before the step. After the first call no tensor is made.
-- Nesterov's form: Sutskever et al., On the importance of initialization and momentum in deep
-- learning, ICML 2013.
return function(opfunc, x, config, state)
  config = config or {}
  state = state or config
  local momentum = config.momentum or 0
  local dampening = config.dampening or momentum
  local weight_decay = config.weightDecay or 0
  local decays, rates = config.weightDecays, config.learningRates
  local counter = state.evalCounter or config.evalCounter or 0
  if config.nesterov and (momentum <= 0 or dampening ~= 0) then
    error('optim.sgd: Nesterov momentum requires a momentum and zero dampening', 2)
  end
  if weight_decay ~= 0 and decays then
    error('optim.sgd: weightDecay and weightDecays cannot both be given', 2)
  end

  local fx, dfdx = common.evaluate('sgd', opfunc, x)

  if weight_decay ~= 0 then
    dfdx:add(weight_decay, x)
  elseif decays then
    local decay = common.buffer(state, 'decayParameters', dfdx)
    decay:cmul(decays, x)
    dfdx:add(decay)
  end

  if momentum ~= 0 then
    if state.dfdx then
      state.dfdx:mul(momentum):add(1 - dampening, dfdx)
    else
      common.buffer(state, 'dfdx', dfdx):copy(dfdx)
    end
    if config.nesterov then
      dfdx:add(momentum, state.dfdx)
    else
      dfdx = state.dfdx
    end
  end

  local rate = (config.learningRate or 1e-3) / (1 + counter * (config.learningRateDecay or 0))
  if rates then
    local delta = common.buffer(state, 'deltaParameters', dfdx)
    delta:cmul(rates, dfdx)
    x:add(-rate, delta)
  else
    x:add(-rate, dfdx)
  end

  state.evalCounter = counter + 1
  return x, {fx}
end
