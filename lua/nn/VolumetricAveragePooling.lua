-- nn.VolumetricAveragePooling(kT, kW, kH, [dT = kT], [dW = kW], [dH = kH]): means of kT x kH x kW
-- windows, dT, dH and dW apart.
-- Shapes: [n c t h w] or [c t h w] -> [n c ot oh ow] or [c ot oh ow], ot = floor((t - kT) / dT) +
-- 1.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local VolumetricAveragePooling, parent = torch.class('nn.VolumetricAveragePooling', 'nn.Module')

function VolumetricAveragePooling:__init(kT, kW, kH, dT, dW, dH)
  parent.__init(self)
  self.kT, self.kW, self.kH = kT, kW, kH
  self.dT, self.dW, self.dH = dT or kT, dW or kW, dH or kH
  conv.check(self, 1, 'kT', 'kW', 'kH', 'dT', 'dW', 'dH')
end

function VolumetricAveragePooling:updateOutput(input)
  need.sample(self, input, 4)
  local output = self.output
  check(C.lt_avgpool3d(output, input, self.kT, self.kH, self.kW, self.dT, self.dH, self.dW, 0, 0, 0,
    0, 1))
  return output
end

function VolumetricAveragePooling:updateGradInput(input, gradOutput)
  need.sample(self, input, 4)
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  check(C.lt_avgpool3d_grad(gradInput, gradOutput, input, self.kT, self.kH, self.kW, self.dT,
    self.dH, self.dW, 0, 0, 0, 0, 1))
  return gradInput
end

--- The same as clearState().
function VolumetricAveragePooling:empty()
  return self:clearState()
end

function VolumetricAveragePooling:__tostring__()
  return ('%s(%s)'):format(torch.type(self), pooling.volume(self))
end
