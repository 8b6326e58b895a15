-- nn.SpatialMaxPooling: maxima of kW x kH windows, dW and dH apart (default: the window), of inputs
-- [n c h w] or [c h w]. Output sizes are rounded down, or up after ceil().

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local nn = require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialMaxPooling, parent = torch.class('nn.SpatialMaxPooling', 'nn.Module')

function SpatialMaxPooling:__init(kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or kW, dH or kH
  self.padW, self.padH = padW or 0, padH or 0
  conv.check(self, 1, 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.ceil_mode = false
  self.indices = torch.LongTensor()
end

function SpatialMaxPooling:ceil()
  self.ceil_mode = true
  return self
end

function SpatialMaxPooling:floor()
  self.ceil_mode = false
  return self
end

-- The indices as integers on the input's device, whatever type the module was converted to.
local function indices_for(self, input)
  local indices = self.indices
  if not indices or indices.dtype ~= F.dtype.Long or indices.device ~= input.device then
    indices = F.tensor(F.dtype.Long, input.device)
    self.indices = indices
  end
  return indices
end

function SpatialMaxPooling:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  check(C.lt_maxpool2d(output, indices_for(self, input), input, self.kH, self.kW, self.dH, self.dW,
    self.padH or 0, self.padW or 0, 1, 1, self.ceil_mode and 1 or 0))
  return output
end

function SpatialMaxPooling:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  check(C.lt_maxpool2d_grad(gradInput, gradOutput, self.indices, input))
  return gradInput
end

function SpatialMaxPooling:empty()
  return self:clearState()
end

function SpatialMaxPooling:clearState()
  if self.indices then self.indices:set() end
  return parent.clearState(self)
end

-- The indices stay integers.
function SpatialMaxPooling:type(type_name, tensorCache)
  if not type_name then return self._type end
  local indices = self.indices
  self.indices = nil
  nn.Module.type(self, type_name, tensorCache)
  self.indices = indices
  return self
end

function SpatialMaxPooling:__tostring__()
  return ('%s(%s)'):format(torch.type(self), conv.window(self, true))
end
