-- Bad input to pooling, padding, upsampling and local normalization modules: errors at the caller's
-- line that name the module or operation, and the sizes.

local torch = require 'torch'
require 'nn'

local randn = torch.randn

describe('bad input', function()
  local cases = {
    {function() nn.VolumetricMaxPooling(2, 2, 2):forward(randn(2, 2, 2)) end,
      'nn.VolumetricMaxPooling', '4D or 5D', '2 x 2 x 2'},
    {function() nn.VolumetricMaxPooling(3, 2, 2):forward(randn(1, 2, 2, 2)) end, 'maxpool3d',
      'window of 3', 'size 2'},
    {function() nn.VolumetricMaxPooling(2, 2, 2, 2, 2, 2, 2):forward(randn(1, 2, 2, 2)) end,
      'maxpool3d', 'half of the kernel'},
    {function() nn.VolumetricMaxPooling(2, 2) end, 'nn.VolumetricMaxPooling', 'kH', 'nil'},
    {function() nn.VolumetricAveragePooling(2, 2, 2):forward(randn(1, 1, 2, 2)) end, 'avgpool3d',
      'window of 2', 'size 1'},
    {function()
      nn.VolumetricAveragePooling(2, 2, 2):backward(randn(1, 4, 4, 4), randn(1, 2, 2, 3))
    end, 'avgpool3d', 'gradOutput', '1 x 2 x 2 x 2', '1 x 2 x 2 x 3'},
    {function() nn.VolumetricMaxPooling(2, 2, 2):backward(randn(1, 4, 4, 4), randn(1, 2, 2, 2)) end,
      'maxpool3d', 'indices', 'empty'},
    {function() nn.SpatialAdaptiveMaxPooling(2) end, 'nn.SpatialAdaptiveMaxPooling', 'H', 'nil'},
    {function() nn.SpatialAdaptiveAveragePooling(2, 2):forward(randn(3)) end,
      'nn.SpatialAdaptiveAveragePooling', '3D or 4D', 'size 3'},
    {function() nn.SpatialAdaptiveAveragePooling(2, 2):backward(randn(1, 4, 4), randn(1, 2, 3)) end,
      'adaptive_avgpool2d', 'gradOutput', '1 x 2 x 2', '1 x 2 x 3'},
    {function() nn.SpatialFractionalMaxPooling(2, 2, 5, 5):forward(randn(1, 5, 5)) end,
      'fractional_maxpool', '5 windows of 2', 'size 5'},
    {function() nn.SpatialFractionalMaxPooling(2, 2, 0.1, 0.1):forward(randn(1, 5, 5)) end,
      'nn.SpatialFractionalMaxPooling', '1 x 5 x 5'},
    {function() nn.SpatialFractionalMaxPooling(2, 2, 0.5, 3) end, 'nn.SpatialFractionalMaxPooling',
      'ratios', '0.5, 3'},
    {function() nn.SpatialFractionalMaxPooling(1, 2, 3, 3) end, 'poolSizeW', '2 or more', 'got 1'},
    {function() nn.SpatialFractionalMaxPooling(2, 2, 3, 3):backward(randn(1, 5, 5), randn(1)) end,
      'nn.SpatialFractionalMaxPooling', 'backward before forward'},
    {function()
      local m = nn.SpatialFractionalMaxPooling(2, 2, 3, 3):fixPoolingRegions()
      m:forward(randn(1, 5, 5))
      m.randomSamples[1][1][1] = 7
      m:forward(randn(1, 5, 5))
    end, 'fractional_maxpool', 'sample 7'},
    {function() nn.SpatialMaxUnpooling(nn.Tanh()) end, 'nn.SpatialMaxPooling', 'nn.Tanh'},
    {function() nn.SpatialMaxUnpooling(nn.SpatialMaxPooling(2, 2, 1, 1)) end,
      'nn.SpatialMaxUnpooling', 'as large as', '2x2, 1,1'},
    {function() nn.SpatialMaxUnpooling(nn.SpatialMaxPooling(2, 2)):forward(randn(1, 2, 2)) end,
      'nn.SpatialMaxUnpooling', 'has not been run'},
    {function()
      local pool = nn.SpatialMaxPooling(2, 2)
      pool:forward(randn(1, 4, 4))
      nn.SpatialMaxUnpooling(pool):forward(randn(1, 3, 2))
    end, 'maxunpool', 'indices', '1 x 3 x 2', '1 x 2 x 2'},
    {function()
      local pool = nn.SpatialMaxPooling(2, 2)
      pool:forward(randn(1, 4, 4))
      pool.indices[1][1][1] = 17
      nn.SpatialMaxUnpooling(pool):forward(randn(1, 2, 2))
    end, 'maxunpool', 'index 17', '%[1, 16%]'},
    {function()
      local pool = nn.SpatialMaxPooling(2, 2)
      pool:forward(randn(1, 4, 4))
      nn.SpatialMaxUnpooling(pool):backward(randn(1, 2, 2), randn(2, 4, 4))
    end, 'maxunpool', 'gradOutput', '2 x 4 x 4'},
    {function() nn.TemporalMaxPooling(3):forward(randn(2, 4)) end, 'maxpool2d', 'window of 3',
      'size 2'},
    {function() nn.TemporalMaxPooling(2):forward(randn(4)) end, 'nn.TemporalMaxPooling',
      '2D or 3D'},
    {function() nn.TemporalDynamicKMaxPooling(5):forward(randn(4, 2)) end, 'kmaxpool', '5 elements',
      '4 x 2'},
    {function() nn.TemporalDynamicKMaxPooling(2):backward(randn(4, 2), randn(2, 2)) end,
      'nn.TemporalDynamicKMaxPooling', 'backward before forward'},
    {function() nn.FeatureLPPooling(17, 1, 2) end, 'nn.FeatureLPPooling', 'width', '2 to 16'},
    {function() nn.FeatureLPPooling(2, 5, 2) end, 'stride', '1 to 4'},
    {function() nn.FeatureLPPooling(3, 1, 2):forward(randn(2, 4)) end, 'lppool', '3 slices',
      '2 x 4'},
    {function() nn.FeatureLPPooling(2, 1, -1):forward(randn(4)) end, 'lppool', 'power', '%-1'},
    {function() nn.FeatureLPPooling(2, 1, 2, true):forward(randn(4)) end, 'nn.FeatureLPPooling',
      '2 to 4 dimensions'},
    {function() nn.FeatureLPPooling(2, 1, 2):backward(randn(4), randn(3)) end, 'lppool', 'empty'},
    {function() nn.SpatialReflectionPadding(3):forward(randn(1, 4, 3)) end, 'reflection padding',
      'less than size 3', 'dimension 3'},
    {function() nn.SpatialReplicationPadding(-2, 0, -2, -2):forward(randn(1, 4, 4)) end,
      'replication padding', 'dimension 2', '1 x 4 x 4'},
    {function() nn.SpatialReplicationPadding(1):backward(randn(1, 4, 4), randn(1, 4, 4)) end,
      'replication padding', 'gradOutput', '1 x 6 x 6', '1 x 4 x 4'},
    {function() nn.VolumetricReplicationPadding(1):forward(randn(4, 4, 4)) end,
      'nn.VolumetricReplicationPadding', '4D or 5D'},
    {function() nn.SpatialReplicationPadding() end, 'nn.SpatialReplicationPadding', 'padding',
      'nil'},
    {function() nn.SpatialUpSamplingNearest(0) end, 'scale_factor', '1 or more', 'got 0'},
    {function() nn.SpatialUpSamplingNearest({oheight = 2, owidth = 2}) end, 'scale_factor'},
    {function() nn.SpatialUpSamplingBilinear(1.5) end, 'scale_factor', 'got 1.5'},
    {function() nn.SpatialUpSamplingBilinear({owidth = 3}) end, 'oheight', 'nil'},
    {function() nn.SpatialUpSamplingBilinear(2):forward(randn(4, 4)) end,
      'nn.SpatialUpSamplingBilinear', '3D or 4D'},
    {function() nn.SpatialUpSamplingBilinear(2):backward(randn(1, 2, 2), randn(1, 4, 3)) end,
      'upsample_linear', '1 x 4 x 4', '1 x 4 x 3'},
    {function() nn.SpatialUpSamplingNearest(2 ^ 31):forward(randn(1, 2, 2)) end,
      'upsample_nearest', 'size 2'},
    {function() nn.UpSampling({owidth = 2, oheight = 2}) end, 'nn.UpSampling', 'nearest'},
    {function()
      nn.UpSampling({owidth = 2, oheight = 2}, 'linear'):forward(randn(1, 1, 2, 2, 2))
    end, 'nn.UpSampling', 'odepth'},
    {function() nn.UpSampling(2):forward(randn(2, 2, 2)) end, 'nn.UpSampling', '4D or 5D'},
    {function() nn.SpatialCrossMapLRN() end, 'nn.SpatialCrossMapLRN', 'size', 'nil'},
    {function() nn.SpatialCrossMapLRN(3):forward(randn(2, 2)) end, 'nn.SpatialCrossMapLRN',
      '3D or 4D'},
    {function() nn.SpatialCrossMapLRN(3):backward(randn(2, 2, 2), randn(2, 2, 2)) end,
      'nn.SpatialCrossMapLRN', 'backward before forward'},
    {function()
      local m = nn.SpatialCrossMapLRN(3)
      m:forward(randn(2, 2, 2))
      m:backward(randn(2, 2, 3), randn(2, 2, 3))
    end, 'lrn', 'scale', '2 x 2 x 2', '2 x 2 x 3'},
    {function() nn.SpatialContrastiveNormalization(1, torch.ones(2, 3)) end,
      'nn.SpatialContrastiveNormalization', 'odd sizes', '2 x 3'},
    {function() nn.SpatialDivisiveNormalization(1, torch.ones(3, 3, 3)) end,
      'nn.SpatialDivisiveNormalization', '1D or 2D', '3 x 3 x 3'},
    {function() nn.SpatialSubtractiveNormalization(1, 3) end, 'kernel', 'number 3'},
    {function() nn.SpatialSubtractiveNormalization(2):forward(randn(3, 9, 9)) end, 'conv2d',
      '2 input channels', '3 x'},
    {function()
      nn.Sequential():add(nn.Tanh()):add(nn.VolumetricMaxPooling(2, 2, 2)):forward(randn(2, 2))
    end, 'In 2 module of nn.Sequential', 'nn.VolumetricMaxPooling'},
    {function() nn.SpatialAdaptiveMaxPooling(1, 1):forward(torch.IntTensor(1, 2, 2)) end,
      'adaptive_maxpool2d', 'IntTensor'},
  }
  for n, case in ipairs(cases) do
    it(n .. ' names ' .. table.concat(case, ', ', 2), function()
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert.is_truthy(message:find('pooling_errors_spec.lua', 1, true), message)
      for i = 2, #case do
        assert.is_truthy(message:find(case[i]), ('%q lacks %q'):format(message, case[i]))
      end
    end)
  end
end)
