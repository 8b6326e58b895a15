-- Compares a gradient with finite differences.

local common = require 'optim.common'

--- Checks df/dx of opfunc at x by central differences of step eps (1e-7).
-- Returns |df/dx - estimate| / |df/dx + estimate|, the gradient and the estimate. x is kept.
return function(opfunc, x, eps)
  eps = eps or 1e-7
  local _, dfdx = common.evaluate('checkgrad', opfunc, x)
  local gradient = dfdx:clone()
  local estimate = gradient:clone():zero()
  local flat_x, flat_estimate = x:view(x:nElement()), estimate:view(estimate:nElement())
  for i = 1, x:nElement() do
    local value = flat_x[i]
    flat_x[i] = value + eps
    local above = opfunc(x)
    flat_x[i] = value - eps
    local below = opfunc(x)
    flat_x[i] = value
    flat_estimate[i] = (above - below) / (2 * eps)
  end
  local difference = (gradient - estimate):norm() / (gradient + estimate):norm()
  return difference, gradient, estimate
end
