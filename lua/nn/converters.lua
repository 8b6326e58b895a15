-- Modules that change the layout of a batch from self.inputShape, for nn.Convert.

local F = require 'torch.ffi'
local nn = require 'nn'

local raise = F.raise

local converters = {}

local function unsupported(self, to)
  raise('nn.Convert: conversion of shape "%s" to "%s" is not supported', self.inputShape, to)
end

--- The module for shapes that are the same.
function converters.default()
  return nn.Identity()
end

--- The module that exchanges axes so that they come in the order of newShape.
function converters.transpose(self, newShape)
  local axes, swaps = {}, {}
  for i = 1, #self.inputShape do axes[i] = self.inputShape:sub(i, i) end
  for i = 1, #newShape do
    local wanted, at = newShape:sub(i, i), nil
    for k = i, #axes do
      if axes[k] == wanted then at = k break end
    end
    if not at then unsupported(self, newShape) end
    if at ~= i then
      swaps[#swaps + 1] = {i, at}
      axes[i], axes[at] = axes[at], axes[i]
    end
  end
  return nn.Transpose(unpack(swaps))
end

--- The module that makes a matrix of features for each sample.
function converters.bf(self)
  local b, dims = self:findAxis('b'), #self.inputShape
  if dims == 1 then return nn.Reshape(1, true) end
  if dims == 2 then
    if not self:findAxis('f', nil, true) then unsupported(self, 'bf') end
    return b == 1 and nn.Identity() or nn.Transpose({1, 2})
  end
  local module = nn.Sequential()
  if b > 1 then module:add(nn.Transpose({1, b})) end
  return module:add(nn.Collapse(dims - 1))
end

--- The module that keeps one number, the first feature or class, of each sample.
function converters.b(self)
  local axis = self:findAxis('t', nil, true) or self:findAxis('f', nil, true)
  if #self.inputShape ~= 2 or not axis then unsupported(self, 'b') end
  return nn.Select(axis, 1)
end

--- The module that makes a column of one class of each sample.
function converters.bt(self)
  if self.inputShape ~= 'b' then unsupported(self, 'bt') end
  return nn.Reshape(1, true)
end

local function sorted(shape)
  local axes = {}
  for axis in shape:gmatch('.') do axes[#axes + 1] = axis end
  table.sort(axes)
  return table.concat(axes)
end

--- The module that converts the samples of a batch.
function converters.buildConverter(self)
  local from, to = self.inputShape, self.outputShape
  if from == to then return self:default() end
  if sorted(from) == sorted(to) then return self:transpose(to) end
  if to == 'bf' or to == 'b' or to == 'bt' then return self[to](self) end
  unsupported(self, to)
end

return converters
