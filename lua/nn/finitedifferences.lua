-- What nn.Jacobian and nn.SparseJacobian share: a module's gradients by backward and by finite
-- differences. Jacobians are matrices with a row for each element of the input (or of a
-- parameter) and a column for each element of the output.

local need = require 'nn.need'
require 'nn'

local torch = torch

local function greatest_difference(a, b)
  return (a - b):abs():max()
end

local function randomize(x, minval, maxval)
  x:copy(torch.Tensor(x:nElement()):uniform(minval or -2, maxval or 2))
end

-- Calls f(k, gradOutput) for each element k of the output of module, where gradOutput is 1 and 0
-- elsewhere.
local function for_each_output(module, input, f)
  local gradOutput = module:forward(input):clone()
  local elements = gradOutput:view(-1)
  for k = 1, elements:nElement() do
    elements:zero()
    elements[k] = 1
    f(k, gradOutput)
  end
end

-- One training step with learning rate lr of modules that may share parameters; method:
-- 'accUpdateGradParameters' or 'accGradParameters'.
local function train(modules, input, gradOutput, lr, method)
  for _, m in ipairs(modules) do
    m:forward(input)
    m:zeroGradParameters()
    m:updateGradInput(input, gradOutput)
  end
  local factor = method == 'accUpdateGradParameters' and lr or 1
  for _, m in ipairs(modules) do m[method](m, input, gradOutput, factor) end
  if method == 'accGradParameters' then
    for _, m in ipairs(modules) do m:updateParameters(lr) end
  end
end

--- Makes the functions. values(x): the elements of an input, or of its gradient, that vary.
return function(values)
  local J = {}

  --- The Jacobian by backward: of the input, or of the parameter param with the gradient dparam.
  function J.backward(module, input, param, dparam)
    need.tensor(module, input, 'input')
    local rows = (param or values(input)):nElement()
    local output = module:forward(input)
    local jacobian = output.new(rows, output:nElement())
    for_each_output(module, input, function(k, gradOutput)
      module:zeroGradParameters()
      local gradInput = module:updateGradInput(input, gradOutput)
      module:accGradParameters(input, gradOutput)
      jacobian:select(2, k):copy(param and dparam or values(gradInput))
    end)
    return jacobian
  end

  --- The Jacobian of the parameter param by accUpdateGradParameters.
  function J.backwardUpdate(module, input, param)
    need.tensor(module, input, 'input')
    need.tensor(module, param, 'parameter')
    local before = param:clone()
    local jacobian = param.new(param:nElement(), module:forward(input):nElement())
    for_each_output(module, input, function(k, gradOutput)
      param:copy(before)
      module:updateGradInput(input, gradOutput)
      module:accUpdateGradParameters(input, gradOutput, 1)
      jacobian:select(2, k):copy(before):add(-1, param)
    end)
    param:copy(before)
    return jacobian
  end

  --- The Jacobian of the parameter param (default: of the input) by central differences of size
  -- perturbation (default 1e-6).
  function J.forward(module, input, param, perturbation)
    need.tensor(module, input, 'input')
    local x = param or values(input)
    local base = x:clone()
    local moved = base:clone()
    local elements = moved:view(-1)
    perturbation = perturbation or 1e-6
    local output = module:forward(input)
    local jacobian = output.new(x:nElement(), output:nElement())
    for i = 1, x:nElement() do
      local value = elements[i]
      elements[i] = value + perturbation
      x:copy(moved)
      local difference = module:forward(input):clone()
      elements[i] = value - perturbation
      x:copy(moved)
      difference:add(-1, module:forward(input)):div(2 * perturbation)
      elements[i] = value
      jacobian:select(1, i):copy(difference)
    end
    x:copy(base)
    return jacobian
  end

  --- J.forward of a parameter: what J.backwardUpdate is compared with.
  function J.forwardUpdate(module, input, param, perturbation)
    need.tensor(module, param, 'parameter')
    return J.forward(module, input, param, perturbation)
  end

  --- The greatest difference of backward and forward for a random input in [minval, maxval].
  function J.testJacobian(module, input, minval, maxval, perturbation)
    need.tensor(module, input, 'input')
    randomize(values(input), minval, maxval)
    return greatest_difference(J.forward(module, input, nil, perturbation),
      J.backward(module, input))
  end

  --- The same for the parameter param with the gradient dparam; input and parameter are random.
  function J.testJacobianParameters(module, input, param, dparam, minval, maxval, perturbation)
    need.tensor(module, input, 'input')
    need.tensor(module, param, 'parameter')
    need.tensor(module, dparam, 'gradient of the parameter')
    randomize(values(input), minval, maxval)
    randomize(param, minval, maxval)
    return greatest_difference(J.forward(module, input, param, perturbation),
      J.backward(module, input, param, dparam))
  end

  --- The same by accUpdateGradParameters.
  function J.testJacobianUpdateParameters(module, input, param, minval, maxval, perturbation)
    need.tensor(module, input, 'input')
    need.tensor(module, param, 'parameter')
    randomize(values(input), minval, maxval)
    randomize(param, minval, maxval)
    return greatest_difference(J.forwardUpdate(module, input, param, perturbation),
      J.backwardUpdate(module, input, param))
  end

  --- The greatest differences of output and gradInput after the module was written and read.
  function J.testIO(module, input, minval, maxval)
    need.tensor(module, input, 'input')
    randomize(values(input), minval, maxval)
    local gradOutput = module:forward(input):clone():uniform(-1, 1)
    local function run(m)
      m:zeroGradParameters()
      local output = m:forward(input):clone()
      return output, values(m:backward(input, gradOutput)):clone()
    end
    local output, gradInput = run(module)
    local read_output, read_gradInput = run(torch.deserialize(torch.serialize(module)))
    return greatest_difference(output, read_output), greatest_difference(gradInput, read_gradInput)
  end

  --- For a parameter and its gradient, by the names of their fields: how far steps by
  -- accGradParameters and by accUpdateGradParameters are from the gradient times the learning rate,
  -- for a module and for two that share the parameter. {name = difference, ...}
  function J.testAllUpdate(module, input, weight, gradWeight)
    need.tensor(module, input, 'input')
    need.tensor(module, module[weight], weight)
    need.tensor(module, module[gradWeight], gradWeight)
    local lr, errors = torch.uniform(0.1, 1), {}
    local gradOutput = module:forward(input):clone():uniform(0, 1)
    local before, gradient = module[weight]:clone(), nil
    for _, method in ipairs {'accGradParameters', 'accUpdateGradParameters'} do
      local alone, first, second = module:clone(), module:clone(), module:clone()
      second:share(first, weight)
      train({alone}, input, gradOutput, lr, method)
      train({first, second}, input, gradOutput, lr, method)
      gradient = gradient or alone[gradWeight]:clone()
      errors[method] = greatest_difference(alone[weight], before - gradient * lr)
      errors[method .. ' [shared]'] =
        greatest_difference(first[weight], before - gradient * (2 * lr))
    end
    return errors
  end

  return J
end
