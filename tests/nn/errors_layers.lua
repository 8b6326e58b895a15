-- Cases of errors_spec.lua: simple layers, table modules, decorators.

local torch = require 'torch'
require 'nn'

local randn = torch.randn

return {
  {'sizes of nn.Bilinear', function()
    local _ = nn.Bilinear(3, 4, 2):forward {randn(5, 3), randn(5, 2)}
  end, 'nn.Bilinear', 'n 4', '5 x 2'},
  {'a vector for nn.Bilinear', function()
    local _ = nn.Bilinear(3, 4, 2):forward {randn(3), randn(4)}
  end, 'nn.Bilinear', 'DoubleTensor'},
  {'features of nn.Cosine', function() local _ = nn.Cosine(3, 2):forward(randn(5, 4)) end,
    'nn.Cosine', 'batch 3', '5 x 4'},
  {'nn.Cosine backward before forward', function()
    local _ = nn.Cosine(3, 2):backward(randn(3), randn(2))
  end, 'nn.Cosine', 'before forward'},
  {'features of nn.Euclidean', function() local _ = nn.Euclidean(3, 2):forward(randn(5, 4)) end,
    'nn.Euclidean', 'batch 3', '5 x 4'},
  {'dimensions of nn.Normalize', function() local _ = nn.Normalize(2):forward(randn(2, 3, 4)) end,
    'nn.Normalize', '2 x 3 x 4'},
  {'the p of nn.Normalize', function() local _ = nn.Normalize(-1) end, 'nn.Normalize', '%-1'},
  {'two sizes for nn.PairwiseDistance', function()
    local _ = nn.PairwiseDistance():forward {randn(3), randn(4)}
  end, 'nn.PairwiseDistance', 'size 3', 'size 4'},
  {'an index beyond nn.Index', function()
    local _ = nn.Index(1):forward {randn(3), torch.LongTensor {4}}
  end, 'index', '4', '1%.%.3'},
  {'a class beyond nn.OneHot', function() local _ = nn.OneHot(3):forward(torch.Tensor {4}) end,
    'index 4', '1%.%.3'},
  {'experts of nn.MixtureTable', function()
    local _ = nn.MixtureTable():forward {randn(3), {randn(2), randn(2)}}
  end, 'nn.MixtureTable', '2 experts'},
  {'channels of nn.PixelShuffle', function()
    local _ = nn.PixelShuffle(2):forward(randn(6, 2, 2))
  end, 'nn.PixelShuffle', 'multiple of 4', '6 x 2 x 2'},
  {'a partition beyond nn.PartialLinear', function()
    nn.PartialLinear(3, 4):setPartition(torch.Tensor {1, 5})
  end, 'nn.PartialLinear', '1 to 4'},
  {'a key beyond nn.SparseLinear', function()
    local _ = nn.SparseLinear(10, 2):forward(torch.Tensor {{3, 1}, {11, 1}})
  end, 'key 11', 'position 2', '1%.%.10'},
  {'a sample of nn.SparseLinear', function()
    local _ = nn.SparseLinear(10, 2):forward(randn(3, 3))
  end, 'nn.SparseLinear', '3 x 3'},
  {'another gradOutput for nn.SparseLinear', function()
    local m, x = nn.SparseLinear(10, 2), torch.Tensor {{3, 1}}
    m:forward(x)
    m:backward(x, randn(3, 2))
  end, 'nn.SparseLinear', '3 x 2'},
  {'keys and values of nn.IndexLinear', function()
    local _ = nn.IndexLinear(5, 2):forward {torch.LongTensor {1, 2}, randn(3)}
  end, 'nn.IndexLinear', '2 keys', '3 values'},
  {'sizes of nn.IndexLinear', function()
    local _ = nn.IndexLinear(5, 2):forward {torch.LongTensor {1, 2}, randn(2), torch.LongTensor {3}}
  end, 'nn.IndexLinear', 'sum to 3', '2 keys'},
  {'a key of 0 for nn.IndexLinear', function()
    local _ = nn.IndexLinear(5, 2):forward {torch.LongTensor {0}, randn(1)}
  end, 'key 0', '1%.%.5'},
  {'layouts of nn.Convert', function()
    local _ = nn.Convert('bt', 'bf'):forward(randn(2, 3))
  end, 'nn.Convert', '"bt"', '"bf"'},
  {'dimensions of nn.Convert', function() local _ = nn.Convert('bchw', 'bf'):forward(randn(2)) end,
    'nn.Convert', '"bchw"'},
  {'a module without weight for nn.WeightNorm', function() local _ = nn.WeightNorm(nn.Tanh()) end,
    'nn.WeightNorm', 'nn.Tanh'},
  {'outputs of nn.DepthConcat', function()
    local _ = nn.DepthConcat(1):add(nn.Identity()):add(nn.Sum(1)):forward(randn(2, 3))
  end, 'nn.DepthConcat', 'output 2'},
  {'lists of nn.ZipTable', function() local _ = nn.ZipTable():forward {{1}, {2, 3}} end,
    'nn.ZipTable', '1 entries', '2'},
  {'samples of nn.Kmeans', function() nn.Kmeans(4, 2):initRandom(randn(3, 2)) end, 'nn.Kmeans',
    '3 samples', '4'},
  {'a place inside containers', function()
    local _ = nn.Sequential():add(nn.Tanh()):add(nn.Maxout(3, 2, 2)):forward(randn(2, 4))
  end, 'In 2 module of nn.Sequential', 'In 1 module of nn.Maxout', 'linear', '2 x 4'},
}
