-- Residual networks for 32 x 32 images. He, Zhang, Ren and Sun, Deep residual learning for image
-- recognition, 2016.

local nn = require 'nn'
pcall(require, 'cunn')

-- The way around a block. Where the number of channels grows, shortcut type A appends zeros, type B
-- is a 1 x 1 convolution.
local function detour(from, to, stride, kind)
  if from == to then return nn.Identity() end
  local way = nn.Sequential()
  if kind == 'B' then
    way:add(nn.SpatialConvolution(from, to, 1, 1, stride, stride))
    way:add(nn.SpatialBatchNormalization(to))
  else
    way:add(nn.SpatialAveragePooling(1, 1, stride, stride))
    way:add(nn.Concat(2):add(nn.Identity()):add(nn.MulConstant(0)))
  end
  return way
end

local function block(from, to, stride, kind)
  local main = nn.Sequential()
  main:add(nn.SpatialConvolution(from, to, 3, 3, stride, stride, 1, 1))
  main:add(nn.SpatialBatchNormalization(to)):add(nn.ReLU(true))
  main:add(nn.SpatialConvolution(to, to, 3, 3, 1, 1, 1, 1))
  main:add(nn.SpatialBatchNormalization(to))
  local both = nn.ConcatTable():add(main):add(detour(from, to, stride, kind))
  return nn.Sequential():add(both):add(nn.CAddTable(true)):add(nn.ReLU(true))
end

return function(opt, nClasses)
  local model = nn.Sequential()
  model:add(nn.SpatialConvolution(3, 16, 3, 3, 1, 1, 1, 1))
  model:add(nn.SpatialBatchNormalization(16)):add(nn.ReLU(true))
  local channels = 16
  for _, width in ipairs {16, 32, 64} do
    for i = 1, (opt.depth - 2) / 6 do
      local stride = i == 1 and width > 16 and 2 or 1
      model:add(block(channels, width, stride, opt.shortcutType))
      channels = width
    end
  end
  model:add(nn.SpatialAveragePooling(8, 8, 1, 1))
  model:add(nn.View(64):setNumInputDims(3))
  model:add(nn.Linear(64, nClasses))

  -- batch normalization follows each convolution, so that biases would do nothing
  for _, m in ipairs(model:findModules 'nn.SpatialConvolution') do
    m.weight:normal(0, math.sqrt(2 / (m.kW * m.kH * m.nOutputPlane)))
    m:noBias()
  end
  for _, m in ipairs(model:findModules 'nn.SpatialBatchNormalization') do
    m.weight:fill(1)
    m.bias:zero()
  end
  model:get(model:size()).bias:zero()
  model:get(1).gradInput = nil -- nobody needs the gradient of the images
  return model
end
