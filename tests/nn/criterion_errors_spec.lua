-- Bad input to criterions: a clear error at the caller's line.

local torch = require 'torch'
require 'nn'

local randn = torch.randn

-- {what, function, patterns of the message...}
local bad = {
  {'a class of nn.MultiMarginCriterion', function()
    local _ = nn.MultiMarginCriterion():forward(randn(2, 3), torch.Tensor {1, 4})
  end, 'multimargin', 'target 4 at position 2', '%[1, 3%]'},
  {'classes of nn.MultiMarginCriterion', function()
    local _ = nn.MultiMarginCriterion():forward(randn(2, 3), torch.Tensor {1})
  end, 'multimargin', '2 x 3', '2 targets'},
  {'weights of nn.MultiMarginCriterion', function()
    local _ = nn.MultiMarginCriterion(1, torch.ones(4)):forward(randn(3), 1)
  end, 'multimargin', '3 classes'},
  {'p of nn.MultiMarginCriterion', function() local _ = nn.MultiMarginCriterion(3) end,
    'nn.MultiMarginCriterion', 'p must be 1 or 2', '3'},
  {'dimensions of nn.MultiMarginCriterion', function()
    local _ = nn.MultiMarginCriterion():forward(randn(2, 3, 4), torch.ones(2))
  end, 'multimargin', '2 x 3 x 4'},
  {'a class of nn.MultiLabelMarginCriterion', function()
    local _ = nn.MultiLabelMarginCriterion():forward(randn(2, 3),
      torch.Tensor {{1, 0, 0}, {2, 4, 0}})
  end, 'multilabelmargin', 'target 4 at position 2 of sample 2', '%[0, 3%]'},
  {'a negative class of nn.MultiLabelMarginCriterion', function()
    local _ = nn.MultiLabelMarginCriterion():backward(randn(3), torch.Tensor {-1, 0, 0})
  end, 'multilabelmargin', 'target %-1'},
  {'the size of a target of nn.MultiLabelMarginCriterion', function()
    local _ = nn.MultiLabelMarginCriterion():forward(randn(2, 3), torch.ones(2, 2))
  end, 'multilabelmargin', '2 x 3', '2 x 2'},
  {'a target of nn.HingeEmbeddingCriterion', function()
    local _ = nn.HingeEmbeddingCriterion():forward(randn(3), torch.Tensor {1, -1, 0})
  end, 'hingeembedding', 'target 0 at position 3', '1 nor %-1'},
  {'a number as target of several distances', function()
    local _ = nn.HingeEmbeddingCriterion():forward(randn(3), 1)
  end, 'hingeembedding', 'differ in size'},
  {'a target of nn.CosineEmbeddingCriterion', function()
    local _ = nn.CosineEmbeddingCriterion():forward({randn(2, 3), randn(2, 3)},
      torch.Tensor {1, 2})
  end, 'cosineembedding', 'target 2 at position 2'},
  {'inputs of nn.CosineEmbeddingCriterion', function()
    local _ = nn.CosineEmbeddingCriterion():forward({randn(2), randn(3)}, 1)
  end, 'cosineembedding', '%[2 Double', '%[3 Double'},
  {'one input of nn.CosineEmbeddingCriterion', function()
    local _ = nn.CosineEmbeddingCriterion():forward({randn(2)}, 1)
  end, 'nn.CosineEmbeddingCriterion', 'table of 1'},
  {'targets of nn.MarginRankingCriterion', function()
    local _ = nn.MarginRankingCriterion():forward({randn(1), randn(1)}, torch.ones(2))
  end, 'rankingloss', 'differ in size'},
  {'inputs of nn.MarginRankingCriterion', function()
    local _ = nn.MarginRankingCriterion():forward({randn(2), randn(3)}, torch.ones(2))
  end, 'nn.MarginRankingCriterion', 'size 2', 'size 3'},
  {'no target of nn.MarginRankingCriterion', function()
    local _ = nn.MarginRankingCriterion():forward({randn(2), randn(2)})
  end, 'nn.MarginRankingCriterion', 'nil'},
  {'a target of nn.L1HingeEmbeddingCriterion', function()
    local _ = nn.L1HingeEmbeddingCriterion():forward({randn(2), randn(2)}, 0)
  end, 'nn.L1HingeEmbeddingCriterion', '1 or %-1', '0'},
  {'inputs of nn.L1HingeEmbeddingCriterion', function()
    local _ = nn.L1HingeEmbeddingCriterion():forward({randn(2), randn(3)}, 1)
  end, 'nn.L1HingeEmbeddingCriterion', 'size 2', 'size 3'},
  {'inputs of nn.DistanceRatioCriterion', function()
    local _ = nn.DistanceRatioCriterion():forward({randn(2), randn(3)})
  end, 'distanceratio', 'differ in size'},
  {'a class of nn.ClassSimplexCriterion', function()
    local _ = nn.ClassSimplexCriterion(4):forward(randn(2, 4), torch.Tensor {1, 5})
  end, 'nn.ClassSimplexCriterion', 'target 5 at position 2', '%[1, 4%]'},
  {'classes of nn.ClassSimplexCriterion', function()
    local _ = nn.ClassSimplexCriterion(4):forward(randn(2, 3), torch.Tensor {1, 2})
  end, 'nn.ClassSimplexCriterion', '2 x 3'},
  {'too few classes', function() local _ = nn.ClassSimplexCriterion(1) end,
    'nn.ClassSimplexCriterion', '2 classes'},
  {'a target smaller than the input', function()
    local _ = nn.SpatialAutoCropMSECriterion():forward(randn(2, 4, 4), randn(2, 4, 3))
  end, 'nn.SpatialAutoCropMSECriterion', '2 x 4 x 4', '2 x 4 x 3'},
  {'channels to crop', function()
    local _ = nn.SpatialAutoCropMSECriterion():forward(randn(2, 4, 4), randn(3, 5, 5))
  end, 'nn.SpatialAutoCropMSECriterion', '3 x 5 x 5'},
  {'weights of nn.WeightedMSECriterion', function()
    local _ = nn.WeightedMSECriterion(torch.ones(3)):forward(randn(2, 4), randn(2, 4))
  end, 'nn.WeightedMSECriterion', 'size 3', '2 x 4'},
  {'no weights of nn.WeightedMSECriterion', function() local _ = nn.WeightedMSECriterion() end,
    'nn.WeightedMSECriterion', 'weights'},
  {'weights of nn.MultiLabelSoftMarginCriterion', function()
    local _ = nn.MultiLabelSoftMarginCriterion(torch.ones(3)):forward(randn(2, 4), randn(2, 4))
  end, 'bcelogits', '2 x 4', '%[3 '},
  {'a matrix of weights', function() local _ = nn.MultiLabelSoftMarginCriterion(randn(2, 2)) end,
    'nn.MultiLabelSoftMarginCriterion', '1D'},
  {'a margin', function() local _ = nn.MarginCriterion('x') end, 'nn.MarginCriterion', 'margin'},
  {'the size of a target of nn.MarginCriterion', function()
    local _ = nn.MarginCriterion():forward(randn(3), randn(2))
  end, 'marginloss', '%[3 ', '%[2 '},
  {'the type of a target of nn.DistKLDivCriterion', function()
    local _ = nn.DistKLDivCriterion():forward(randn(3), randn(3):float())
  end, 'kldiv', 'FloatTensor'},
  {'a target of nn.SoftMarginCriterion', function()
    local _ = nn.SoftMarginCriterion():forward(randn(3))
  end, 'nn.SoftMarginCriterion', 'target'},
  {'delta', function() local _ = nn.HuberCriterion(0) end, 'nn.HuberCriterion', 'delta', '0'},
  {'gamma', function() local _ = nn.FocalCriterion(-1) end, 'nn.FocalCriterion', 'gamma', '%-1'},
  {'alpha', function() local _ = nn.SigmoidFocalCriterion(2, 1.5) end, 'alpha', '1.5'},
  {'dimensions of nn.FocalCriterion', function()
    local _ = nn.FocalCriterion():forward(randn(4, 2, 2), torch.ones(2, 2))
  end, 'nn.FocalCriterion', '4 x 2 x 2'},
  {'a class of nn.FocalCriterion', function()
    local _ = nn.FocalCriterion():forward(randn(2, 4), torch.Tensor {0, 1})
  end, 'softnll', 'target 0 at position 1', '%[1, 4%]'},
  {'smoothing', function() local _ = nn.CrossEntropyCriterion(nil, true, 1.5) end, 'smoothing',
    '1.5'},
  {'a temperature', function() local _ = nn.NTXentCriterion(0) end, 'nn.NTXentCriterion', '0'},
  {'views of nn.NTXentCriterion', function()
    local _ = nn.NTXentCriterion():forward({randn(2, 3), randn(3, 3)})
  end, 'nn.NTXentCriterion', '2 x 3', '3 x 3'},
  {'backward before forward (nn.NTXentCriterion)', function()
    local _ = nn.NTXentCriterion():backward({randn(2, 3), randn(2, 3)})
  end, 'nn.NTXentCriterion', 'backward before forward'},
  {'backward before forward (nn.ModuleCriterion)', function()
    local _ = nn.ModuleCriterion(nn.MSECriterion(), nn.Tanh()):backward(randn(2), randn(2))
  end, 'nn.ModuleCriterion', 'backward before forward'},
  {'what is no criterion', function() local _ = nn.ModuleCriterion(nn.Tanh()) end,
    'nn.ModuleCriterion', 'nn.Criterion'},
  {'what is no criterion in a table', function() local _ = nn.CriterionTable(3) end,
    'nn.CriterionTable', 'number'},
  {'the weight of nn.L1Penalty', function() local _ = nn.L1Penalty() end, 'nn.L1Penalty', 'nil'},
}
for _, name in ipairs {'cuda', 'cudaHalf', 'cudaDouble'} do
  bad[#bad + 1] = {name .. ' without CUDA', function()
    nn.HuberCriterion()[name](nn.HuberCriterion())
  end, 'torch.Cuda%w*Tensor needs CUDA'}
end

describe('an error of a criterion names', function()
  for _, case in ipairs(bad) do
    it(case[1], function()
      local ok, message = pcall(case[2])
      assert.is_false(ok, 'no error was raised')
      assert.is_truthy(message:find('criterion_errors_spec.lua', 1, true), message)
      for i = 3, #case do
        assert.is_truthy(message:find(case[i]), ('%q lacks %q'):format(message, case[i]))
      end
    end)
  end
end)
