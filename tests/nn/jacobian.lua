-- Gradients of modules and criterions by finite differences, and the comparisons that every module
-- has to pass. Inputs, outputs and gradients are tensors or nested tables of tensors.

local torch = require 'torch'
local helpers = require 'helpers'

local jacobian = {}

local SEED = 71
local STEP = 1e-5

--- The tensors of a nested table in order, as a list.
function jacobian.tensors(x, list)
  list = list or {}
  if torch.isTensor(x) then
    list[#list + 1] = x
  elseif type(x) == 'table' then
    for i = 1, #x do jacobian.tensors(x[i], list) end
  end
  return list
end

--- The nested table that f(tensor) makes of x.
function jacobian.map(x, f)
  if torch.isTensor(x) then return f(x) end
  local out = {}
  for i = 1, #x do out[i] = jacobian.map(x[i], f) end
  return out
end

function jacobian.clone(x)
  return jacobian.map(x, function(t) return t:clone() end)
end

--- Asserts that nested tables of tensors have equal sizes and elements within tol.
function jacobian.assert_near(got, want, tol, what)
  local a, b = jacobian.tensors(got), jacobian.tensors(want)
  assert(#a == #b, ('%s: %d tensors, expected %d'):format(what, #a, #b))
  for i = 1, #b do helpers.assert_near(a[i]:double(), b[i]:double(), tol, what) end
end

--- forward with random numbers that are the same in every call.
function jacobian.forward(m, x)
  torch.manualSeed(SEED)
  return m:forward(x)
end

--- Output, gradient of the input and gradients of the parameters after one step from zero, copied.
function jacobian.step(m, x, gradOutput, scale)
  m:zeroGradParameters()
  local output = jacobian.clone(jacobian.forward(m, x))
  local gradInput = jacobian.clone(m:backward(x, gradOutput, scale))
  local _, gradients = m:parameters()
  return {output = output, gradInput = gradInput, gradients = jacobian.clone(gradients or {})}
end

--- Asserts that two steps agree.
function jacobian.assert_same_step(got, want, tol, what)
  for _, field in ipairs {'output', 'gradInput', 'gradients'} do
    jacobian.assert_near(got[field], want[field], tol, what .. ': ' .. field)
  end
end

--- Random weights for an output, of its shape.
function jacobian.weights(output)
  return jacobian.map(output, function(t) return torch.randn(t:size()):typeAs(t) end)
end

local function weighted_sum(output, weights)
  local a, b, sum = jacobian.tensors(output), jacobian.tensors(weights), 0
  for i = 1, #a do sum = sum + a[i]:dot(b[i]) end
  return sum
end

--- The gradient of the number f() with respect to the elements of t, by central differences.
function jacobian.numeric(f, t)
  local base, gradient = t:clone(), t:clone():zero()
  local from, into = base:view(-1), gradient:view(-1)
  for i = 1, from:size(1) do
    local x = from[i]
    from[i] = x + STEP
    t:copy(base)
    local above = f()
    from[i] = x - STEP
    t:copy(base)
    into[i] = (above - f()) / (2 * STEP)
    from[i] = x
  end
  t:copy(base)
  return gradient
end

--- Asserts that backward gives the gradients that finite differences find.
function jacobian.check_module(m, x, tol, integer_input)
  local weights = jacobian.weights(jacobian.forward(m, x))
  local got = jacobian.step(m, x, weights)
  local function f() return weighted_sum(jacobian.forward(m, x), weights) end
  if not integer_input then
    for i, t in ipairs(jacobian.tensors(x)) do
      helpers.assert_near(jacobian.tensors(got.gradInput)[i], jacobian.numeric(f, t), tol,
        'gradient of input ' .. i)
    end
  end
  for i, p in ipairs(m:parameters() or {}) do
    helpers.assert_near(got.gradients[i], jacobian.numeric(f, p), tol,
      'gradient of parameter ' .. i)
  end
end

--- m with one more entry of its input table, which has no gradient: lengths, a mask.
function jacobian.with(m, extra)
  local function joined(x)
    local list = jacobian.tensors(x)
    list[#list + 1] = extra
    return list
  end
  local methods = {
    forward = function(_, x) return m:forward(joined(x)) end,
    backward = function(_, x, gradOutput, scale)
      local gradInput = m:backward(joined(x), gradOutput, scale)
      return torch.isTensor(x) and gradInput[1] or gradInput
    end,
  }
  return setmetatable(methods, {__index = m})
end

--- Asserts the same for a criterion.
function jacobian.check_criterion(m, x, target, tol)
  m:forward(x, target)
  local got = jacobian.clone(m:backward(x, target))
  local function f() return m:forward(x, target) end
  for i, t in ipairs(jacobian.tensors(x)) do
    helpers.assert_near(jacobian.tensors(got)[i], jacobian.numeric(f, t), tol,
      'gradient of input ' .. i)
  end
end

return jacobian
