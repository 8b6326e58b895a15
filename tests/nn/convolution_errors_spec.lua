-- Bad input to convolution modules: a clear error at the caller's line.

local torch = require 'torch'
local assert_raises = require 'nn.raises'
require 'nn'

local randn = torch.randn

-- {what, function, patterns of the message...}
local cases = {
  {'channels of a module', function()
    local _ = nn.SpatialConvolutionMM(3, 4, 2, 2):forward(randn(2, 4, 8, 8))
  end, 'nn.SpatialConvolutionMM', '3', '2 x 4 x 8 x 8'},
  {'a dilated kernel larger than the image', function()
    local _ = nn.SpatialDilatedConvolution(1, 1, 3, 3, 1, 1, 0, 0, 2, 2):forward(randn(1, 4, 5))
  end, 'conv2d', '5 x 5', '4 x 5'},
  {'a volume smaller than the kernel', function()
    local _ = nn.VolumetricConvolution(1, 1, 3, 2, 2, 1, 1, 1, 0, 1, 0):forward(randn(1, 2, 4, 4))
  end, 'conv3d', '3 x 2 x 2', '2 x 4 x 6'},
  {'dimensions of a volume', function()
    local _ = nn.VolumetricConvolution(1, 1, 2, 2, 2):forward(randn(3, 3, 3))
  end, 'nn.VolumetricConvolution', '4 dimensions', '3 x 3 x 3'},
  {'the gradOutput of a convolution of volumes', function()
    local m = nn.VolumetricConvolution(1, 2, 2, 2, 2)
    m:forward(randn(1, 3, 3, 3))
    m:backward(randn(1, 3, 3, 3), randn(2, 2, 2, 3))
  end, 'conv3d', '2 x 2 x 2 x 2', '2 x 2 x 2 x 3'},
  {'types of weights and volume', function()
    local _ = nn.VolumetricDilatedConvolution(1, 1, 2, 2, 2):forward(randn(1, 3, 3, 3):float())
  end, 'conv3d', 'FloatTensor', 'DoubleTensor'},
  {'channels of a full convolution', function()
    local _ = nn.SpatialFullConvolution(3, 4, 2, 2):forward(randn(2, 4, 8, 8))
  end, 'nn.SpatialFullConvolution', '3', '2 x 4 x 8 x 8'},
  {'an output that padding leaves empty', function()
    local _ = nn.SpatialFullConvolution(1, 1, 2, 3, 1, 1, 2, 1):forward(randn(1, 3, 3))
  end, 'fullconv2d', '1 x 3 x 3', '3 x 0'},
  {'an adjustment of the stride', function()
    local _ = nn.VolumetricFullConvolution(1, 1, 2, 2, 2, 1, 2, 2, 0, 0, 0, 0, 2, 0)
  end, 'nn.VolumetricFullConvolution', 'adjW', 'dW', '2'},
  {'a table without target', function()
    local _ = nn.SpatialFullConvolution(1, 1, 2, 2):forward({randn(1, 3, 3)})
  end, 'nn.SpatialFullConvolution', 'table of 2', 'table of 1'},
  {'a target of too few dimensions', function()
    local _ = nn.VolumetricFullConvolution(1, 1, 2, 2, 2):forward({randn(1, 3, 3, 3), randn(3, 3)})
  end, 'nn.VolumetricFullConvolution', '3 dimensions', '3 x 3'},
  {'the gradOutput of a full convolution', function()
    local m = nn.SpatialFullConvolution(1, 1, 3, 3, 2, 2)
    m:forward(randn(1, 3, 3))
    m:backward(randn(1, 3, 3), randn(1, 8, 7))
  end, 'fullconv2d', '1 x 7 x 7', '1 x 8 x 7'},
  {'a table of connections', function() local _ = nn.SpatialConvolutionMap(torch.ones(3), 2, 2) end,
    'nn.SpatialConvolutionMap', 'connections', 'size 3'},
  {'connections to plane 0', function()
    local _ = nn.SpatialFullConvolutionMap(torch.zeros(3, 2), 2, 2)
  end, 'nn.SpatialFullConvolutionMap', 'from 0'},
  {'planes of a table of connections', function()
    local _ = nn.SpatialConvolutionMap(nn.tables.full(3, 2), 2, 2):forward(randn(2, 4, 4))
  end, 'nn.SpatialConvolutionMap', '3 or more', '2 x 4 x 4'},
  {'a random table', function() local _ = nn.tables.random(2, 3, 4) end, 'nn.tables.random', '4',
    '2'},
  {'sizes of a table', function() local _ = nn.tables.full(2) end, 'nn.tables.full', '0'},
  {'the image of local convolution', function()
    local _ = nn.SpatialConvolutionLocal(1, 1, 4, 5, 2, 2):forward(randn(1, 4, 5))
  end, 'nn.SpatialConvolutionLocal', '1 5 4', '1 x 4 x 5'},
  {'a kernel larger than the image', function()
    local _ = nn.SpatialConvolutionLocal(1, 1, 4, 5, 6, 2)
  end, 'nn.SpatialConvolutionLocal', '6 x 2', '4 x 5'},
  {'planes of depthwise convolution', function()
    local _ = nn.SpatialDepthWiseConvolution(3, 2, 2, 2):forward(randn(2, 4, 4))
  end, 'nn.SpatialDepthWiseConvolution', '3', '2 x 4 x 4'},
  {'planes of subsampling', function()
    local _ = nn.SpatialSubSampling(3, 2, 2):forward(randn(2, 4, 4))
  end, 'nn.SpatialSubSampling', '3', '2 x 4 x 4'},
  {'features of a sequence', function()
    local _ = nn.TemporalConvolution(3, 4, 2):forward(randn(5, 4))
  end, 'nn.TemporalConvolution', '3', '5 x 4'},
  {'a sequence shorter than the kernel', function()
    local _ = nn.TemporalConvolution(3, 4, 4):forward(randn(2, 3, 3))
  end, 'temporal_conv', '4 frames', '2 x 3 x 3'},
  {'the gradOutput of a sequence', function()
    local m = nn.TemporalConvolution(3, 4, 2)
    m:forward(randn(5, 3))
    m:backward(randn(5, 3), randn(5, 4))
  end, 'temporal_conv', '4 x 4', '5 x 4'},
  {'features that come first', function()
    local _ = nn.TemporalRowConvolution(3, 2, 1, true):forward(randn(5, 3))
  end, 'nn.TemporalRowConvolution', '3', '5 x 3'},
  {'dimensions of a sequence', function()
    local _ = nn.TemporalSubSampling(3, 2):forward(randn(3))
  end, 'nn.TemporalSubSampling', '2 dimensions', 'size 3'},
}

describe('an error of a convolution names', function()
  for _, case in ipairs(cases) do
    it(case[1], function() assert_raises(case[2], unpack(case, 3)) end)
  end
end)
