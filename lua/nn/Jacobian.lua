-- nn.Jacobian: checks of a module's gradients by finite differences (nn/finitedifferences.lua), and
-- of what nn.hessian.enable() adds. Modules should be in double precision.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local Jacobian = require 'nn.finitedifferences'(function(x) return x end)
nn.Jacobian = Jacobian

--- Second derivatives by the chain of updateDiagHessianInput, of the input or of the parameter
-- whose field diagHessianParamName names, for output derivatives of 1 of each element alone.
function Jacobian.backwardDiagHessian(module, input, diagHessianParamName)
  need.tensor(module, input, 'input')
  if not module.updateDiagHessianInput then
    F.raise('nn.Jacobian: call nn.hessian.enable() first')
  end
  local gradOutput = module:forward(input):clone()
  local n = gradOutput:nElement()
  local of_input = diagHessianParamName == 'diagHessianInput' or diagHessianParamName == nil
  local result
  for k = 1, n do
    gradOutput:zero()
    gradOutput:view(-1)[k] = 1
    module:updateGradInput(input, gradOutput)
    module:initDiagHessianParameters()
    module:updateDiagHessianInput(input, gradOutput)
    module:accDiagHessianParameters(input, gradOutput)
    local part = of_input and module.diagHessianInput or module[diagHessianParamName]
    result = result or input.new(part:nElement(), gradOutput:nElement())
    result:select(2, k):copy(part)
  end
  return result
end

--- The squared Jacobian of a module, of its input ('gradInput') or of the parameter whose gradient
-- is the field gradParamName: what backwardDiagHessian gives for a linear module.
function Jacobian.linearModuleDiagHessian(module, input, gradParamName)
  local of_input = gradParamName == 'gradInput'
  local gradient = not of_input and module[gradParamName] or nil
  local jacobian = Jacobian.backward(module, input, gradient, gradient)
  return jacobian:cmul(jacobian)
end

--- The greatest difference of backwardDiagHessian and linearModuleDiagHessian.
function Jacobian.testDiagHessian(module, input, gradParamName, diagHessianParamName, minval,
    maxval)
  need.tensor(module, input, 'input')
  input:uniform(minval or -2, maxval or 2)
  local chain = Jacobian.backwardDiagHessian(module, input, diagHessianParamName)
  return (chain - Jacobian.linearModuleDiagHessian(module, input, gradParamName)):abs():max()
end

for name, fields in pairs {Input = {'gradInput', 'diagHessianInput'},
  Weight = {'gradWeight', 'diagHessianWeight'}, Bias = {'gradBias', 'diagHessianBias'}} do
  --- testDiagHessian of input, weight or bias.
  Jacobian['testDiagHessian' .. name] = function(module, input, minval, maxval)
    return Jacobian.testDiagHessian(module, input, fields[1], fields[2], minval, maxval)
  end
end

return Jacobian
