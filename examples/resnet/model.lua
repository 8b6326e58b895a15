-- Residual networks for 32 x 32 images. He, Zhang, Ren and Sun, Deep residual learning for image
-- recognition, 2016.

local nn = require 'nn'
pcall(require, 'cunn')

local Convolution = nn.SpatialConvolution
local Avg = nn.SpatialAveragePooling
local ReLU = nn.ReLU
local SBatchNorm = nn.SpatialBatchNormalization

local function createModel(opt, nClasses)
  local depth = opt.depth
  local shortcutType = opt.shortcutType
  local iChannels

  -- The way around a block: the identity, or where the number of channels grows, zeros for the new
  -- channels (A) or a 1 x 1 convolution (B)
  local function shortcut(nInputPlane, nOutputPlane, stride)
    if nInputPlane == nOutputPlane then
      return nn.Identity()
    elseif shortcutType == 'B' then
      return nn.Sequential()
        :add(Convolution(nInputPlane, nOutputPlane, 1, 1, stride, stride))
        :add(SBatchNorm(nOutputPlane))
    else
      return nn.Sequential()
        :add(Avg(1, 1, stride, stride))
        :add(nn.Concat(2)
          :add(nn.Identity())
          :add(nn.MulConstant(0)))
    end
  end

  local function basicblock(n, stride)
    local nInputPlane = iChannels
    iChannels = n

    local s = nn.Sequential()
    s:add(Convolution(nInputPlane, n, 3, 3, stride, stride, 1, 1))
    s:add(SBatchNorm(n))
    s:add(ReLU(true))
    s:add(Convolution(n, n, 3, 3, 1, 1, 1, 1))
    s:add(SBatchNorm(n))

    return nn.Sequential()
      :add(nn.ConcatTable()
        :add(s)
        :add(shortcut(nInputPlane, n, stride)))
      :add(nn.CAddTable(true))
      :add(ReLU(true))
  end

  local function layer(block, features, count, stride)
    local s = nn.Sequential()
    for i = 1, count do
      s:add(block(features, i == 1 and stride or 1))
    end
    return s
  end

  local n = (depth - 2) / 6
  iChannels = 16
  print(' | ResNet-' .. depth .. ' shapes')

  local model = nn.Sequential()
  model:add(Convolution(3, 16, 3, 3, 1, 1, 1, 1))
  model:add(SBatchNorm(16))
  model:add(ReLU(true))
  model:add(layer(basicblock, 16, n, 1))
  model:add(layer(basicblock, 32, n, 2))
  model:add(layer(basicblock, 64, n, 2))
  model:add(Avg(8, 8, 1, 1))
  model:add(nn.View(64):setNumInputDims(3))
  model:add(nn.Linear(64, nClasses))

  local function ConvInit(name)
    for _, v in pairs(model:findModules(name)) do
      local n = v.kW * v.kH * v.nOutputPlane
      v.weight:normal(0, math.sqrt(2 / n))
      v.bias = nil
      v.gradBias = nil
    end
  end
  local function BNInit(name)
    for _, v in pairs(model:findModules(name)) do
      v.weight:fill(1)
      v.bias:zero()
    end
  end

  ConvInit('nn.SpatialConvolution')
  BNInit('nn.SpatialBatchNormalization')
  for _, v in pairs(model:findModules('nn.Linear')) do
    v.bias:zero()
  end

  model:get(1).gradInput = nil
  return model
end

return createModel
