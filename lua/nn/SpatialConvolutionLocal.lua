-- nn.SpatialConvolutionLocal(nInputPlane, nOutputPlane, iW, iH, kW, kH, [dW = 1], [dH = 1],
-- [padW = 0], [padH = padW]): nn.SpatialConvolution of inputs [n nInputPlane iH iW] or
-- [nInputPlane iH iW] with weights of its own at every place of the output: weight
-- [oH oW nOutputPlane nInputPlane kH kW], bias [nOutputPlane oH oW]. For every place l, the patches
-- of all samples are a matrix of columns: output[l] = weight[l] columns[l].
-- Shapes: [n nInputPlane iH iW] or [nInputPlane iH iW] -> [n nOutputPlane oH oW] or
-- [nOutputPlane oH oW].

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local SpatialConvolutionLocal, parent = torch.class('nn.SpatialConvolutionLocal', 'nn.Module')

function SpatialConvolutionLocal:__init(nInputPlane, nOutputPlane, iW, iH, kW, kH, dW, dH, padW,
    padH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH = kW, kH
  self.iW, self.iH = iW, iH
  self.dW, self.dH = dW or 1, dH or 1
  self.padW = padW or 0
  self.padH = padH or self.padW
  conv.check(self, 1, 'nInputPlane', 'nOutputPlane', 'iW', 'iH', 'kW', 'kH', 'dW', 'dH')
  conv.check(self, 0, 'padW', 'padH')
  self.oW = math.floor((self.padW * 2 + iW - kW) / self.dW) + 1
  self.oH = math.floor((self.padH * 2 + iH - kH) / self.dH) + 1
  if self.oW < 1 or self.oH < 1 then
    raise('%s: a kernel of %d x %d does not fit an input of %d x %d with padding %d, %d',
      torch.type(self), kW, kH, iW, iH, self.padW, self.padH)
  end
  conv.parameters(self, {self.oH, self.oW, nOutputPlane, nInputPlane, kH, kW},
    {nOutputPlane, self.oH, self.oW})
  self.finput, self.fgradInput = torch.Tensor(), torch.Tensor()
  self:reset()
end

conv.methods(SpatialConvolutionLocal, parent)

function SpatialConvolutionLocal:reset(stdv)
  conv.reset(self, self.kW * self.kH * self.nInputPlane, stdv)
end

local function check_image(self, x, what, planes, h, w)
  local dims = F.is_tensor(x) and x:dim() or 0
  if not ((dims == 3 or dims == 4) and x:size(dims - 2) == planes and x:size(dims - 1) == h
      and x:size(dims) == w) then
    raise('%s: expected %s [%d %d %d] or [n %d %d %d], got %s', torch.type(self), what, planes, h,
      w, planes, h, w, F.describe(x))
  end
end

-- A batch of images; x itself when it has one.
local function batch(x)
  return x:dim() == 3 and nn.utils.addSingletonDimension(x) or x
end

-- The patches of a padded batch, a view [n c oH oW kH kW].
local function patches(self, x)
  return x:unfold(3, self.kH, self.dH):unfold(4, self.kW, self.dW)
end

-- Places, rows of a place's weights, columns of them.
local function shape(self)
  return self.oH * self.oW, self.nOutputPlane, self.nInputPlane * self.kH * self.kW
end

-- The part of a padded batch that is not padding.
local function inside(self, x)
  return x:narrow(3, self.padH + 1, self.iH):narrow(4, self.padW + 1, self.iW)
end

-- finput = columns [place column n] of the input.
local function unfold(self, input)
  local x = batch(input)
  if self.padW > 0 or self.padH > 0 then
    local padded = x.new(x:size(1), x:size(2), self.iH + 2 * self.padH, self.iW + 2 * self.padW)
    inside(self, padded:zero()):copy(x)
    x = padded
  end
  local places, _, columns = shape(self)
  local n = x:size(1)
  self.finput = self.finput or x.new()
  self.finput:resize(self.oH, self.oW, self.nInputPlane, self.kH, self.kW, n)
    :copy(patches(self, x):permute(3, 4, 2, 5, 6, 1))
  return self.finput:view(places, columns, n)
end

-- gradOutput as [place row n].
local function rows_of(self, gradOutput)
  local places, rows = shape(self)
  local g = batch(gradOutput)
  return g:permute(3, 4, 2, 1):contiguous():view(places, rows, g:size(1))
end

function SpatialConvolutionLocal:updateOutput(input)
  check_image(self, input, 'an input', self.nInputPlane, self.iH, self.iW)
  if input.dtype ~= self.weight.dtype then
    raise('nn.SpatialConvolutionLocal: the input is a %s, the weight a %s',
      torch.type(input):sub(7), torch.type(self.weight):sub(7))
  end
  local places, rows, columns = shape(self)
  local products = torch.bmm(self.weight:view(places, rows, columns), unfold(self, input))
  local n = products:size(3)
  self.output:resize(n, rows, self.oH, self.oW)
    :copy(products:view(self.oH, self.oW, rows, n):permute(4, 3, 1, 2))
  if self.bias then
    self.output:add(self.bias:view(1, rows, self.oH, self.oW):expandAs(self.output))
  end
  if input:dim() == 3 then self.output:resize(rows, self.oH, self.oW) end
  return self.output
end

function SpatialConvolutionLocal:updateGradInput(input, gradOutput)
  check_image(self, input, 'an input', self.nInputPlane, self.iH, self.iW)
  check_image(self, gradOutput, 'a gradOutput', self.nOutputPlane, self.oH, self.oW)
  if not self.gradInput then return nil end
  local places, rows, columns = shape(self)
  local g = rows_of(self, gradOutput)
  local n = g:size(3)
  self.fgradInput = self.fgradInput or input.new()
  self.fgradInput:resize(places, columns, n)
    :bmm(self.weight:view(places, rows, columns):transpose(2, 3), g)
  local from = self.fgradInput:view(self.oH, self.oW, self.nInputPlane, self.kH, self.kW, n)
    :permute(6, 3, 1, 2, 4, 5)
  local padded = input.new(n, self.nInputPlane, self.iH + 2 * self.padH, self.iW + 2 * self.padW)
  local into = patches(self, padded:zero())
  for y = 1, self.kH do
    for x = 1, self.kW do
      into:select(5, y):select(5, x):add(from:select(5, y):select(5, x))
    end
  end
  self.gradInput:resizeAs(input):copy(inside(self, padded))
  return self.gradInput
end

function SpatialConvolutionLocal:accGradParameters(input, gradOutput, scale)
  check_image(self, input, 'an input', self.nInputPlane, self.iH, self.iW)
  check_image(self, gradOutput, 'a gradOutput', self.nOutputPlane, self.oH, self.oW)
  scale = scale or 1
  local places, rows, columns = shape(self)
  local g = rows_of(self, gradOutput)
  self.gradWeight:view(places, rows, columns):baddbmm(scale, g, unfold(self, input):transpose(2, 3))
  if self.gradBias then self.gradBias:add(scale, batch(gradOutput):sum(1):viewAs(self.gradBias)) end
end

function SpatialConvolutionLocal:__tostring__()
  local planes = ('%s, %dx%d'):format(conv.channels(self), self.iW, self.iH)
  return conv.text(self, planes, {'W', 'H'})
end
