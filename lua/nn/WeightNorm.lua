-- nn.WeightNorm(module, [outputDim = 1]): a module whose weight is g v / |v| for each slice along
-- outputDim (default 1), the other dimensions taken as one; parameters v [out k], g [out 1] and the
-- module's bias. See nn/weightnorm.lua.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local nn = require 'nn'
local weightnorm = require 'nn.weightnorm'

local torch = torch

local EPS = 1e-4 -- added to squared lengths

local WeightNorm, parent = torch.class('nn.WeightNorm', 'nn.Decorator')

function WeightNorm:__init(module, outputDim)
  parent.__init(self, module)
  local weight = module.weight
  self.outputDim = outputDim or 1
  if not F.is_tensor(weight) or not (self.outputDim >= 1 and self.outputDim <= weight:dim()) then
    F.raise('nn.WeightNorm: expected a module with a weight of %s or more dimensions, got %s',
      tostring(self.outputDim), torch.type(module))
  end
  self.bias, self.gradBias = module.bias, module.gradBias
  self.weight, self.gradWeight = weight, module.gradWeight
  local out = weight:size(self.outputDim)
  self.otherDims = weight:nElement() / out
  self.viewIn = torch.LongStorage {out, self.otherDims}
  self.viewOut = self:permuteIn(weight):size()
  self.weightSize = weight:size()
  self.v = torch.Tensor(out, self.otherDims)
  self.g = torch.Tensor(out, 1)
  self.gradV = torch.Tensor(out, self.otherDims):zero()
  self.gradG = torch.Tensor(out, 1):zero()
  self:resetInit()
end

--- A tensor of the weight's shape with the output dimension moved to the front.
function WeightNorm:permuteIn(inpt)
  for d = self.outputDim - 1, 1, -1 do inpt = inpt:transpose(d, d + 1) end
  return inpt
end

--- The reverse of permuteIn.
function WeightNorm:permuteOut(inpt)
  for d = 1, self.outputDim - 1 do inpt = inpt:transpose(d, d + 1) end
  return inpt
end

--- Normal v with variance 2 / k, g its lengths, bias 0.
function WeightNorm:resetInit()
  self.v:normal(0, math.sqrt(2 / self.viewIn[2]))
  self.g:norm(self.v, 2, 2)
  if self.bias then self.bias:zero() end
end

function WeightNorm:reset()
  self:resetInit()
end

--- Computes the module's weight from v and g.
function WeightNorm:updateWeight()
  local w = weightnorm.compose(self, buffer(self, '_w', self.v), EPS)
  self.weight:copy(self:permuteOut(w:view(self.viewOut)))
end

-- The weight is computed once in evaluation.
function WeightNorm:evaluate()
  if self.train ~= false then self:updateWeight() end
  parent.evaluate(self)
end

function WeightNorm:updateOutput(input)
  if self.train ~= false then self:updateWeight() end
  self.output = self.modules[1]:updateOutput(input)
  return self.output
end

-- The module's weight as v and g say, before backward without forward too.
local function ensure_weight(self)
  if not self._norm or self._norm:dim() == 0 then self:updateWeight() end
end

function WeightNorm:updateGradInput(input, gradOutput)
  ensure_weight(self)
  self.gradInput = self.modules[1]:updateGradInput(input, gradOutput)
  return self.gradInput
end

function WeightNorm:accGradParameters(input, gradOutput, scale)
  ensure_weight(self)
  self.gradWeight:zero()
  self.modules[1]:accGradParameters(input, gradOutput, scale or 1)
  local gw = buffer(self, '_w', self.v):resizeAs(self.v)
  gw:view(self.viewOut):copy(self:permuteIn(self.gradWeight))
  weightnorm.accumulate(self, gw)
end

function WeightNorm:parameters()
  if not self.bias then return {self.v, self.g}, {self.gradV, self.gradG} end
  return {self.v, self.g, self.bias}, {self.gradV, self.gradG, self.gradBias}
end

for _, name in ipairs {'zeroGradParameters', 'updateParameters'} do
  WeightNorm[name] = nn.Module[name]
end
WeightNorm.accUpdateGradParameters = nn.Module.sharedAccUpdateGradParameters
WeightNorm.sharedAccUpdateGradParameters = nn.Module.sharedAccUpdateGradParameters

--- Reads fields saved by this module or by Torch7's, which leaves the weights out.
function WeightNorm:read(file)
  for field, value in pairs(file:readObject()) do self[field] = value end
  local module = self.modules[1]
  if self.g:dim() == 1 then
    self.g, self.gradG = self.g:view(-1, 1), self.gradG:view(-1, 1)
  end
  self.gradV = self.gradV:view(self.viewIn)
  if self.weight then return end
  self.weight, self.gradWeight = self.v.new(self.weightSize), self.v.new(self.weightSize):zero()
  module.weight, module.gradWeight = self.weight, self.gradWeight
  self:updateWeight()
end

function WeightNorm:clearState()
  nn.utils.clear(self, '_norm', '_scale', '_dot', '_work', '_w')
  return parent.clearState(self)
end
