-- Convolutions, each pass on its own, and the other layers of image networks.

local nn = require 'nn'
local passes = require 'passes'

-- name, batch, input planes, output planes, kernel, stride, padding, height and width
local convolutions = {
  {'lenet1', 128, 1, 20, 5, 1, 0, 28},
  {'lenet2', 128, 20, 50, 5, 1, 0, 12},
  {'vgg64', 16, 64, 64, 3, 1, 1, 56},
  {'1x1', 16, 256, 64, 1, 1, 0, 56},
  {'stem7x7', 8, 3, 64, 7, 2, 3, 224},
  {'vgg512', 16, 512, 512, 3, 1, 1, 7},
  {'resnet3', 32, 3, 64, 3, 1, 1, 32},
  {'resnet64', 32, 64, 64, 3, 1, 1, 32},
  {'resnet128', 32, 128, 128, 3, 1, 1, 16},
  {'resnet256', 32, 256, 256, 3, 1, 1, 8},
  {'resnet512', 32, 512, 512, 3, 1, 1, 4},
  {'down256', 32, 128, 256, 3, 2, 1, 16},
  {'skip256', 32, 128, 256, 1, 2, 0, 16},
}

for _, row in ipairs(convolutions) do
  passes.convolution('conv.' .. row[1], unpack(row, 2))
end

-- name, layer, input, what bounds forward and backward
local layers = {
  {'maxpool2', function() return nn.SpatialMaxPooling(2, 2, 2, 2) end, {16, 64, 56, 56}},
  {'avgpool2', function() return nn.SpatialAveragePooling(2, 2, 2, 2) end, {16, 64, 56, 56}},
  {'maxpool3d', function() return nn.VolumetricMaxPooling(2, 2, 2) end, {4, 32, 16, 56, 56}},
  {'avgpool3d', function() return nn.VolumetricAveragePooling(2, 2, 2) end, {4, 32, 16, 56, 56}},
  {'adaptivemax', function() return nn.SpatialAdaptiveMaxPooling(7, 7) end, {16, 64, 56, 56}},
  {'adaptiveavg', function() return nn.SpatialAdaptiveAveragePooling(7, 7) end, {16, 64, 56, 56}},
  {'globalavg', function() return nn.SpatialAdaptiveAveragePooling(1, 1) end, {16, 512, 14, 14}},
  {'nearest2', function() return nn.SpatialUpSamplingNearest(2) end, {8, 64, 56, 56}},
  {'bilinear2', function() return nn.SpatialUpSamplingBilinear(2) end, {8, 64, 56, 56}},
  {'trilinear2', function() return nn.UpSampling(2, 'linear') end, {2, 32, 8, 28, 28}},
  {'reflectionpad', function() return nn.SpatialReflectionPadding(3) end, {8, 64, 56, 56}},
  {'lrn5', function() return nn.SpatialCrossMapLRN(5) end, {8, 96, 55, 55}},
  {'batchnorm2d', function() return nn.SpatialBatchNormalization(64) end, {16, 64, 56, 56}},
  {'logsoftmax', function() return nn.LogSoftMax() end, {1024, 1000}},
  {'softmax', function() return nn.SoftMax() end, {1024, 1000}},
  {'volumetric3', function() return nn.VolumetricConvolution(16, 32, 3, 3, 3, 1, 1, 1, 1, 1, 1) end,
    {4, 16, 16, 28, 28}},
  {'linear', function() return nn.Linear(784, 512) end, {128, 784},
    {2 * 128 * 784 * 512, 4 * 128 * 784 * 512}},
}

-- Additions to Torch7, which has no such cases.
if nn.GELU then
  for _, row in ipairs {
    {'gelu', function() return nn.GELU() end, {64, 128, 768}},
    {'gelutanh', function() return nn.GELU('tanh') end, {64, 128, 768}},
    {'silu', function() return nn.SiLU() end, {64, 128, 768}},
    {'mish', function() return nn.Mish() end, {64, 128, 768}},
    {'hardswish', function() return nn.HardSwish() end, {64, 128, 768}},
    {'groupnorm', function() return nn.GroupNorm(32, 64) end, {16, 64, 56, 56}},
    {'instancenorm', function() return nn.InstanceNorm(64) end, {16, 64, 56, 56}},
    {'layernorm', function() return nn.LayerNorm(768) end, {64, 128, 768}},
    {'rmsnorm', function() return nn.RMSNorm(768) end, {64, 128, 768}},
    {'rotary', function() return nn.RotaryEncoding(64) end, {64, 128, 12, 64}},
    {'depthwise3', function() return nn.SpatialConvolution(64, 64, 3, 3, 1, 1, 1, 1, 64) end,
      {16, 64, 56, 56}},
    {'groups4', function() return nn.SpatialConvolution(64, 64, 3, 3, 1, 1, 1, 1, 4) end,
      {16, 64, 56, 56}},
  } do layers[#layers + 1] = row end
end

for _, row in ipairs(layers) do passes.layer('layer.' .. row[1], unpack(row, 2)) end
