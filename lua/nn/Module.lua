-- nn.Module(): the base of every layer. A module computes output from input (updateOutput), the
-- gradient of its input (updateGradInput) and adds to the gradients of its parameters
-- (accGradParameters).
-- Shapes: as its kind says.

local F = require 'torch.ffi'
local nn = require 'nn'
local flatten = require 'nn.flatten'

local raise = F.raise
local torch = torch

local Module = torch.class('nn.Module')

function Module:__init()
  self.gradInput = torch.Tensor()
  self.output = torch.Tensor()
  self._type = self.output:type()
end

--- Weights and their gradients as two lists, or nothing for a module without parameters.
function Module:parameters()
  if self.weight and self.bias then
    return {self.weight, self.bias}, {self.gradWeight, self.gradBias}
  elseif self.weight then
    return {self.weight}, {self.gradWeight}
  elseif self.bias then
    return {self.bias}, {self.gradBias}
  end
end

--- updateOutput(input): Computes the output; each layer has its own.
function Module:updateOutput()
  return self.output
end

--- The output for an input.
function Module:forward(input)
  return self:updateOutput(input)
end

--- backward(input, gradOutput, [scale = 1]): The gradient of the input, after adding `scale` times
-- the gradients of the parameters.
function Module:backward(input, gradOutput, scale)
  scale = scale or 1
  self:updateGradInput(input, gradOutput)
  self:accGradParameters(input, gradOutput, scale)
  return self.gradInput
end

--- Like backward, but moves the parameters by -lr times their gradients at once.
function Module:backwardUpdate(input, gradOutput, lr)
  self:updateGradInput(input, gradOutput)
  self:accUpdateGradParameters(input, gradOutput, lr)
  return self.gradInput
end

--- updateGradInput(input, gradOutput): Computes the gradient of the input, after forward of the
-- same input; each layer has its own.
function Module:updateGradInput()
  return self.gradInput
end

--- accGradParameters(input, gradOutput, [scale = 1]): Adds `scale` times the gradients of the
-- parameters; each layer that has some has its own.
function Module.accGradParameters() end

--- Moves the parameters by -lr times their gradients, without keeping the gradients.
function Module:accUpdateGradParameters(input, gradOutput, lr)
  if self.shared then
    self:sharedAccUpdateGradParameters(input, gradOutput, lr)
  else
    self:defaultAccUpdateGradParameters(input, gradOutput, lr)
  end
end

--- The same, whether or not the parameters are shared.
function Module:defaultAccUpdateGradParameters(input, gradOutput, lr)
  local gradWeight, gradBias = self.gradWeight, self.gradBias
  -- the weights stand in for their gradients, so that accumulating with -lr is the update
  self.gradWeight, self.gradBias = self.weight, self.bias
  self:accGradParameters(input, gradOutput, -lr)
  self.gradWeight, self.gradBias = gradWeight, gradBias
end

--- The same for parameters that other modules share.
function Module:sharedAccUpdateGradParameters(input, gradOutput, lr)
  if self:parameters() then
    self:zeroGradParameters()
    self:accGradParameters(input, gradOutput, 1)
    self:updateParameters(lr)
  end
end

local own_parameters = Module.parameters

-- Most modules have a weight and a bias at most: no tables are made for them.
local function is_plain(self)
  return self.parameters == own_parameters
end

--- Sets the gradients of the parameters to 0.
function Module:zeroGradParameters()
  if is_plain(self) then
    if self.weight and self.gradWeight then self.gradWeight:zero() end
    if self.bias and self.gradBias then self.gradBias:zero() end
    return
  end
  local _, gradients = self:parameters()
  if gradients then
    for i = 1, #gradients do gradients[i]:zero() end
  end
end

--- Moves the parameters by -learningRate times their gradients.
function Module:updateParameters(learningRate)
  if is_plain(self) then
    if self.weight then self.weight:add(-learningRate, self.gradWeight) end
    if self.bias then self.bias:add(-learningRate, self.gradBias) end
    return
  end
  local params, gradients = self:parameters()
  if params then
    for i = 1, #params do params[i]:add(-learningRate, gradients[i]) end
  end
end

--- Switches to training, for layers that do something else then; the field train.
function Module:training()
  self.train = true
end

--- Switches to evaluation.
function Module:evaluate()
  self.train = false
end

--- Makes the named fields (tensors) views of those of another module. Fields that this module
-- lacks are left out; raises where only the other one lacks them or they differ in type.
function Module:share(module, ...)
  for _, name in ipairs {...} do
    local own, other = self[name], type(module) == 'table' and module[name] or nil
    if own ~= nil and not (torch.isTensor(other) and torch.type(other) == torch.type(own)) then
      raise('%s:share: expected a module with a %s as %s, got %s with %s', torch.type(self),
        torch.type(own), tostring(name), torch.type(module), F.describe(other))
    end
  end
  for _, name in ipairs {...} do
    if self[name] ~= nil then
      self[name]:set(module[name])
      self.shared = true
    end
  end
  return self
end

--- A deep copy; the named fields are shared with the original.
function Module:clone(...)
  local copy = torch.deserialize(torch.serialize(self))
  if select('#', ...) > 0 then copy:share(self, ...) end
  return copy
end

--- The tensor type in use, or converts every tensor of the module to a type. Storages that are
-- shared stay shared; a tensorCache table given to several calls keeps sharing among them.
function Module:type(type_name, tensorCache)
  if not type_name then return self._type end
  tensorCache = tensorCache or {}
  for key, value in pairs(self) do
    self[key] = nn.utils.recursiveType(value, type_name, tensorCache)
  end
  self._type = type_name
  return self
end

for name, class_name in pairs {
  float = 'torch.FloatTensor', double = 'torch.DoubleTensor', half = 'torch.HalfTensor',
  cuda = 'torch.CudaTensor', cudaHalf = 'torch.CudaHalfTensor',
  cudaDouble = 'torch.CudaDoubleTensor',
} do
  --- The module converted to that type of tensors.
  Module[name] = function(self, ...) return self:type(class_name, ...) end
end

--- reset([stdv]): Sets the parameters to their initial, most often random values; each layer has
-- its own.
function Module.reset() end

--- Writes the fields to a file; what torch.save calls.
function Module:write(file)
  local fields = {}
  for name, value in pairs(self) do fields[name] = value end
  file:writeObject(fields)
end

--- Reads the fields that write wrote.
function Module:read(file)
  for name, value in pairs(file:readObject()) do self[name] = value end
end

--- All parameters, and all gradients, as one flat tensor each; the modules' tensors become views of
-- them. Raises where weights are shared but their gradients are not.
function Module:getParameters()
  local params, gradients = self:parameters()
  local p, g = flatten(params or {}), flatten(gradients or {})
  if p:nElement() ~= g:nElement() then
    raise('getParameters: parameters and gradients are shared differently: %d parameters, '
      .. '%d gradients', p:nElement(), g:nElement())
  end
  return p, g
end

Module.flatten = flatten

--- module(input, gradOutput): forward, and backward where gradOutput is given.
function Module:__call__(input, gradOutput)
  self:forward(input)
  if gradOutput then
    self:backward(input, gradOutput)
    return self.output, self.gradInput
  end
  return self.output
end

--- Calls callback on this module and, for containers, on every module inside.
function Module:apply(callback)
  callback(self)
  if self.modules then
    for _, module in ipairs(self.modules) do module:apply(callback) end
  end
end

--- Modules of exactly the given class name, and the containers that hold them.
function Module:findModules(typename, container)
  container = container or self
  local found, holders = {}, {}
  if torch.typename(self) == typename then
    found[1], holders[1] = self, container
  end
  for _, child in ipairs(self.modules or {}) do
    local inner, inner_holders = child:findModules(typename, self)
    for i = 1, #inner do
      found[#found + 1], holders[#holders + 1] = inner[i], inner_holders[i]
    end
  end
  return found, holders
end

--- This module and all inside it, depth first, each once.
function Module:listModules()
  local list, seen = {}, {}
  self:apply(function(module)
    if not seen[module] then
      seen[module] = true
      list[#list + 1] = module
    end
  end)
  return list
end

--- Empties what forward and backward keep, so that a saved model is small.
function Module:clearState()
  return nn.utils.clear(self, 'output', 'gradInput')
end

--- Replaces every module by what callback(module) returns; returns the new outermost one.
function Module:replace(callback)
  local out = callback(self)
  for i, child in ipairs(out.modules or {}) do
    local new = child:replace(callback)
    out.modules[i] = new
    for field, value in pairs(out) do
      if value == child then out[field] = new end -- nn.MapTable, nn.Profile, ...
    end
  end
  return out
end

function Module:__tostring__()
  return torch.type(self)
end
