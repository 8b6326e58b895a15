-- Bad arguments and input of the layers that are additions to Torch7's.

local torch = require 'torch'
local assert_raises = require 'nn.raises'
require 'nn'

local randn = torch.randn

-- {what, function, patterns of the message...}
local cases = {
  {'another approximation', function() local _ = nn.GELU('sine') end, 'nn.GELU', 'sine'},
  {'groups that do not divide', function() local _ = nn.GroupNorm(4, 6) end, 'nn.GroupNorm',
    '4 groups', '6 channels'},
  {'no number of channels', function() local _ = nn.InstanceNorm() end, 'nn.InstanceNorm', 'nil'},
  {'a negative eps', function() local _ = nn.RMSNorm(6, -1) end, 'nn.RMSNorm', 'eps', '%-1'},
  {'a number for affine', function() local _ = nn.LayerNorm(6, 1e-5, 1) end, 'nn.LayerNorm',
    'affine'},
  {'channels of groups', function() local _ = nn.GroupNorm(2, 6):forward(randn(2, 4, 3)) end,
    'nn.GroupNorm', 'n 6', '2 x 4 x 3'},
  {'a sample for groups', function() local _ = nn.GroupNorm(2, 6):forward(randn(6)) end,
    'nn.GroupNorm', 'size 6'},
  {'the last dimension', function() local _ = nn.LayerNorm(6):forward(randn(6, 4)) end,
    'nn.LayerNorm', 'dimension of 6', '6 x 4'},
  {'a table for nn.RMSNorm', function() local _ = nn.RMSNorm(6):forward {1} end, 'nn.RMSNorm',
    'table'},
  {'types of weight and input', function() local _ = nn.RMSNorm(6):forward(randn(6):float()) end,
    'groupnorm', 'FloatTensor', 'DoubleTensor'},
  {'integers', function() local _ = nn.RMSNorm(2, 0, false):forward(torch.IntTensor(2)) end,
    'groupnorm', 'IntTensor'},
  {'backward before forward', function() local _ = nn.RMSNorm(6):backward(randn(6), randn(6)) end,
    'nn.RMSNorm', 'backward before forward'},
  {'another input in backward', function()
    local m = nn.LayerNorm(6)
    m:forward(randn(2, 6))
    m:backward(randn(3, 6), randn(3, 6))
  end, 'groupnorm', '3 groups', '%[2 DoubleTensor'},
  {'another gradOutput', function()
    local m, x = nn.GroupNorm(2, 6), randn(2, 6)
    m:forward(x)
    m:backward(x, randn(6, 2))
  end, 'groupnorm', '2 x 6', '6 x 2'},
  {'a probability of 1', function() local _ = nn.DropPath(1) end, 'nn.DropPath', '1'},
  {'DropPath backward before forward', function()
    local _ = nn.DropPath(0.5):backward(randn(2, 3), randn(2, 3))
  end, 'nn.DropPath', 'before forward'},
  {'another gradOutput for DropPath', function()
    local m, x = nn.DropPath(0.5), randn(2, 3)
    m:forward(x)
    m:backward(x, randn(3, 3))
  end, 'nn.DropPath', '2 x 3', '3 x 3'},
  {'features of positions', function()
    local _ = nn.PositionalEncoding(4):forward(randn(3, 5))
  end, 'nn.PositionalEncoding', 't 4', '3 x 5'},
  {'another gradOutput for positions', function()
    local m, x = nn.PositionalEncoding(4), randn(3, 4)
    m:forward(x)
    m:backward(x, randn(4, 4))
  end, 'nn.PositionalEncoding', '3 x 4', '4 x 4'},
  {'a fractional offset', function() local _ = nn.PositionalEncoding(4, 100, 0.5) end,
    'nn.PositionalEncoding', 'offset', '0.5'},
  {'an odd size', function() local _ = nn.RotaryEncoding(5) end, 'nn.RotaryEncoding', 'even',
    '5'},
  {'a base of 0', function() local _ = nn.RotaryEncoding(4, 0) end, 'nn.RotaryEncoding', 'base'},
  {'features to be turned', function()
    local _ = nn.RotaryEncoding(4):forward(randn(2, 3, 6))
  end, 'nn.RotaryEncoding', '4', '2 x 3 x 6'},
  {'another gradOutput to be turned', function()
    local m, x = nn.RotaryEncoding(4), randn(2, 3, 4)
    m:forward(x)
    m:backward(x, randn(2, 4, 4))
  end, 'nn.RotaryEncoding', '2 x 3 x 4', '2 x 4 x 4'},
  {'integer positions', function()
    local _ = nn.RotaryEncoding(2):forward(torch.IntTensor(2, 2))
  end, 'IntTensor'},
  {'groups of planes', function() local _ = nn.SpatialConvolution(6, 4, 1, 1, 1, 1, 0, 0, 3) end,
    'nn.SpatialConvolution', '3 groups', '6 input', '4 output'},
  {'no dilation', function()
    local _ = nn.SpatialConvolution(6, 4, 1, 1, 1, 1, 0, 0, 1, 0)
  end, 'nn.SpatialConvolution', 'dilationW', '0'},
  {'planes of a grouped convolution', function()
    local _ = nn.SpatialConvolution(6, 4, 1, 1, 1, 1, 0, 0, 2):forward(randn(4, 3, 3))
  end, 'conv2d', '6 input channels', '4 x 3 x 3'},
}

describe('layers beyond Torch7 refuse', function()
  for _, case in ipairs(cases) do
    it(case[1], function() assert_raises(unpack(case, 2)) end)
  end
end)
