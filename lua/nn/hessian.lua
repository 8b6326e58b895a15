-- nn.hessian: second derivatives of a criterion with respect to inputs and parameters, of which
-- only the diagonal is carried backwards and terms with second derivatives of a module are left
-- out. LeCun, Denker and Solla 1990, Optimal brain damage; LeCun et al. 1998, Efficient backprop.
--
-- nn.hessian.enable() adds to every module
--   initDiagHessianParameters()                         zeroes diagHessianWeight, diagHessianBias
--   updateDiagHessianInput(input, diagHessianOutput)    returns diagHessianInput
--   accDiagHessianParameters(input, diagHessianOutput)  adds to those of the parameters
-- and to criterions (MSECriterion, WeightedMSECriterion, L1Cost) updateDiagHessianInput(input,
-- target). Afterwards parameters() and getParameters() return the diagonals as a third result.
-- Modules are linear and convolution layers, transfer functions, reshaping layers and Sequential.

local F = require 'torch.ffi'
local flatten = require 'nn.flatten'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local hessian = {}
nn.hessian = hessian

-- How a class passes second derivatives on.
local kinds = {}
local function declare(kind, names)
  for name in names:gmatch('%S+') do kinds['nn.' .. name] = kind end
end
-- linear in the input, and in weight and bias
declare('linear', [[Linear SpatialConvolution SpatialConvolutionMM SpatialConvolutionLocal
  SpatialConvolutionMap SpatialFullConvolution SpatialFullConvolutionMap TemporalConvolution
  VolumetricConvolution VolumetricFullConvolution]])
-- one function for each element
declare('pointwise', [[Tanh TanhShrink Square Sqrt Sigmoid LogSigmoid Abs Exp Log SoftSign SoftPlus
  Threshold HardTanh ELU LeakyReLU HardShrink SoftShrink Power MulConstant AddConstant]])
-- every element of the output is an element of the input, or a constant
declare('rearrange', [[Reshape View Identity Contiguous Squeeze Unsqueeze Transpose Narrow Select
  Padding SpatialZeroPadding SpatialMaxPooling]])
declare('sequential', 'Sequential')

-- The kind of a module by its class or the classes that it inherits from.
local function kind_of(module)
  local class = getmetatable(module)
  while class do
    local kind = kinds[class.__typename]
    if kind then return kind end
    class = getmetatable(class)
  end
end

-- Runs f(module) with fields replaced as `fields` says, puts them back, and raises what f raised.
local function with_fields(module, fields, f)
  local kept = {}
  for name, value in pairs(fields) do kept[name], module[name] = module[name], value end
  local ok, result = pcall(f, module)
  for name, value in pairs(kept) do module[name] = value end
  if not ok then error(result, 0) end
  return result
end

-- updateGradInput with diagHessianInput in place of gradInput, and other fields replaced.
local function through_gradInput(module, input, gradOutput, fields)
  fields.gradInput = module.diagHessianInput or module.gradInput.new()
  module.diagHessianInput = with_fields(module, fields, function(m)
    return m:updateGradInput(input, gradOutput)
  end)
  return module.diagHessianInput
end

local inputs = {rearrange = function(module, input, gradient)
  return through_gradInput(module, input, gradient, {})
end}

function inputs.linear(module, input, gradient)
  local weight = module.weight
  return through_gradInput(module, input, gradient, {weight = torch.cmul(weight, weight)})
end

function inputs.pointwise(module, input, gradient)
  local slope = through_gradInput(module, input, gradient:clone():fill(1), {})
  return slope:cmul(slope):cmul(gradient)
end

function inputs.sequential(module, input, gradient)
  local modules = module.modules
  for i = #modules, 1, -1 do
    gradient = modules[i]:updateDiagHessianInput(i > 1 and modules[i - 1].output or input, gradient)
  end
  module.diagHessianInput = gradient
  return gradient
end

local function updateDiagHessianInput(self, input, diagHessianOutput)
  local kind = kind_of(self)
  if not kind then raise('%s: updateDiagHessianInput is not defined', torch.type(self)) end
  return inputs[kind](self, input, diagHessianOutput)
end

local function init(self)
  for _, name in ipairs {'Weight', 'Bias'} do
    local gradient = self['grad' .. name]
    if gradient then
      local field = 'diagHessian' .. name
      self[field] = (self[field] or gradient.new()):resizeAs(gradient):zero()
    end
  end
  for _, module in ipairs(self.modules or {}) do module:initDiagHessianParameters() end
end

-- accGradParameters of the squared input adds to the diagonals.
local function accDiagHessianParameters(self, input, diagHessianOutput)
  local kind = kind_of(self)
  if kind == 'sequential' then
    local modules, gradient = self.modules, diagHessianOutput
    for i = #modules, 1, -1 do
      modules[i]:accDiagHessianParameters(i > 1 and modules[i - 1].output or input, gradient)
      gradient = modules[i].diagHessianInput
    end
  elseif kind == 'linear' then
    if self.gradWeight and not self.diagHessianWeight then init(self) end
    local squared = torch.cmul(input, input)
    with_fields(self, {gradWeight = self.diagHessianWeight, gradBias = self.diagHessianBias,
      output = self.output.new()}, function(m)
      m:forward(squared) -- some modules keep what accGradParameters needs
      m:accGradParameters(squared, diagHessianOutput, 1)
    end)
    self:forward(input)
  elseif self:parameters() then
    raise('%s: accDiagHessianParameters is not defined', torch.type(self))
  end
end

local function diagonals(module)
  local list = {}
  if module.weight then list[1] = module.diagHessianWeight end
  if module.bias then list[#list + 1] = module.diagHessianBias end
  return list
end

local function enable_parameters()
  local own, containers = nn.Module.parameters, nn.Container.parameters
  function nn.Module:parameters()
    local weights, gradients = own(self)
    if weights then return weights, gradients, diagonals(self) end
  end
  function nn.Container:parameters()
    local weights, gradients = containers(self)
    local list = {}
    for _, module in ipairs(self.modules) do
      local _, _, inner = module:parameters()
      for i = 1, inner and #inner or 0 do list[#list + 1] = inner[i] end
    end
    return weights, gradients, list
  end
  local both = nn.Module.getParameters
  function nn.Module:getParameters()
    local _, _, list = self:parameters()
    local p, g = both(self)
    return p, g, list and list[1] and flatten(list) or nil
  end
end

local function enable_criterions()
  function nn.Criterion:updateDiagHessianInput()
    raise('%s: updateDiagHessianInput is not defined', torch.type(self))
  end
  function nn.MSECriterion:updateDiagHessianInput(input)
    self.diagHessianInput = self.diagHessianInput or input.new()
    return self.diagHessianInput:resizeAs(input)
      :fill(self.sizeAverage and 2 / input:nElement() or 2)
  end
  -- 1, but 0 where the input is 0
  function nn.L1Cost:updateDiagHessianInput(input)
    self.diagHessianInput = self.diagHessianInput or input.new()
    return self.diagHessianInput:sign(input):abs()
  end
end

--- Adds the methods; again, it does nothing.
function hessian.enable()
  if nn.Module.updateDiagHessianInput == updateDiagHessianInput then return end
  nn.Module.updateDiagHessianInput = updateDiagHessianInput
  nn.Module.accDiagHessianParameters = accDiagHessianParameters
  nn.Module.initDiagHessianParameters = init
  enable_parameters()
  enable_criterions()
end

return hessian
