-- nn.SpatialConvolution(nInputPlane, nOutputPlane, kW, kH, [dW = 1], [dH = 1], [padW = 0], [padH =
-- padW], [nGroup = 1], [dilationW = 1], [dilationH = dilationW]): y[o][i][j] = bias[o] + sum over
-- c, a, b of weight[o][c][a][b] x[c][i dH + a - padH][j dW + b - padW], a 2-D convolution
-- (cross-correlation) with indices from 0; weight [nOutputPlane nInputPlane kH kW], bias
-- [nOutputPlane]. Additions to Torch7: nGroup groups of planes that do not mix, with weight
-- [nOutputPlane nInputPlane/nGroup kH kW] (depthwise with nGroup = nInputPlane), and dilation as of
-- nn.SpatialDilatedConvolution.
-- Shapes: [n nInputPlane h w] or [nInputPlane h w] -> [n nOutputPlane oh ow] or [nOutputPlane oh
-- ow], oh = floor((h + 2 padH - dilationH (kH - 1) - 1) / dH) + 1.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local SpatialConvolution, parent = torch.class('nn.SpatialConvolution', 'nn.Module')

function SpatialConvolution:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, nGroup,
  dilationW, dilationH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH = kW, kH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW = padW or 0
  self.padH = padH or self.padW
  conv.check(self, 1, 'nInputPlane', 'nOutputPlane', 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.nGroup, self.dilationW, self.dilationH = nGroup, dilationW, dilationH or dilationW
  if nGroup then conv.check(self, 1, 'nGroup') end
  if dilationW or dilationH then conv.check(self, 1, 'dilationW', 'dilationH') end
  if nGroup and (nInputPlane % nGroup ~= 0 or nOutputPlane % nGroup ~= 0) then
    F.raise('%s: %d groups do not divide %d input and %d output planes', torch.type(self), nGroup,
      nInputPlane, nOutputPlane)
  end
  local planes = nInputPlane / (nGroup or 1)
  self.weight = torch.Tensor(nOutputPlane, planes, kH, kW)
  self.bias = torch.Tensor(nOutputPlane)
  self.gradWeight = torch.Tensor(nOutputPlane, planes, kH, kW):zero()
  self.gradBias = torch.Tensor(nOutputPlane):zero()
  self:reset()
end

--- Removes the bias.
function SpatialConvolution:noBias()
  self.bias, self.gradBias = nil, nil
  return self
end

function SpatialConvolution:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane / (self.nGroup or 1), stdv)
end

-- Models of early versions have no padding, or keep the weight as a matrix.
local function upgrade(self)
  self.padW, self.padH = self.padW or self.padding or 0, self.padH or self.padding or 0
  if self.weight:dim() == 2 then
    local n, c, h, w = self.nOutputPlane, self.nInputPlane, self.kH, self.kW
    self.weight = self.weight:view(n, c, h, w)
    if self.gradWeight and self.gradWeight:nElement() > 0 then
      self.gradWeight = self.gradWeight:view(n, c, h, w)
    end
  end
end

function SpatialConvolution:updateOutput(input)
  need.tensor(self, input, 'input')
  if not self.padH or self.weight.ndim == 2 then upgrade(self) end
  local output = self.output
  check(C.lt_conv2d(output, input, self.weight, self.bias, self.dH, self.dW, self.padH, self.padW,
    self.dilationH or 1, self.dilationW or 1, self.nGroup or 1))
  return output
end

function SpatialConvolution:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  if not gradInput then return nil end
  check(C.lt_conv2d_grad_input(gradInput, gradOutput, self.weight, input, self.dH, self.dW,
    self.padH, self.padW, self.dilationH or 1, self.dilationW or 1, self.nGroup or 1))
  return gradInput
end

function SpatialConvolution:accGradParameters(input, gradOutput, scale)
  need.tensor(self, input, 'input')
  check(C.lt_conv2d_grad_weight(self.gradWeight, self.gradBias, input, gradOutput, self.dH, self.dW,
    self.padH, self.padW, self.dilationH or 1, self.dilationW or 1, self.nGroup or 1,
    scale or 1))
end

function SpatialConvolution:type(type_name, tensorCache)
  self.finput = self.finput and torch.Tensor()
  self.fgradInput = self.fgradInput and torch.Tensor()
  return parent.type(self, type_name, tensorCache)
end

function SpatialConvolution:__tostring__()
  local extra = ''
  if self.nGroup then extra = (', %d groups'):format(self.nGroup) end
  if self.dilationW then
    extra = extra .. (', dilation %d,%d'):format(self.dilationW, self.dilationH)
  end
  return ('%s(%d -> %d, %s%s)%s'):format(torch.type(self), self.nInputPlane, self.nOutputPlane,
    conv.window(self), extra, self.bias and '' or ' without bias')
end
