-- Examples of criterions for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 11, title = 'Criterions',

text = [[
A criterion turns the output of a network and a target into a number, `forward(input, target)`, and
its gradient with respect to the input, `backward(input, target)`. In the formulas x is an element
of the input and t that of the target; class targets count from 1. The number is a mean over
elements or samples; with `sizeAverage = false`, an argument of the constructor or a field, it is
the sum.]],

{'MSECriterion', [[
local x, t = torch.Tensor {1, 2}, torch.Tensor {1, 4}
print(nn.MSECriterion():forward(x, t))       --> 2
print(nn.MSECriterion(false):forward(x, t))  --> 4]]},

{'AbsCriterion', [[
print(nn.AbsCriterion():forward(torch.Tensor {1, 2}, torch.Tensor {1, 5}))  --> 1.5]]},

{'SmoothL1Criterion', [[
print(nn.SmoothL1Criterion(false):forward(torch.Tensor {0.5, 3}, torch.zeros(2)))  --> 2.625]]},

{'WeightedMSECriterion', [[
local criterion = nn.WeightedMSECriterion(torch.Tensor {1, 0})
print(criterion:forward(torch.Tensor {1, 2}, torch.Tensor {3, 9}))  --> 4]]},

{'SpatialAutoCropMSECriterion', [[
local target = torch.zeros(1, 5, 5)
target[1][3][3] = 3
print(nn.SpatialAutoCropMSECriterion():forward(torch.zeros(1, 3, 3), target))  --> 1]]},

{'BCECriterion', [[
local p, t = torch.Tensor {0.5, 0.5}, torch.Tensor {0, 1}
print(nn.BCECriterion():forward(p, t))  --> 0.69314718055795]]},

{'ClassNLLCriterion', [[
local log_p = torch.Tensor {{0.5, 0.25, 0.25}, {0.1, 0.1, 0.8}}:log()
local t = torch.LongTensor {1, 3}
print(nn.ClassNLLCriterion():forward(log_p, t))             --> 0.45814536593708
print(nn.ClassNLLCriterion(nil, false):backward(log_p, t))  --> -1 0 0 0 0 -1]]},

{'CrossEntropyCriterion', [[
torch.manualSeed(1)
local scores, targets = torch.randn(3, 4), torch.LongTensor {1, 4, 2}
local plain, smooth = nn.CrossEntropyCriterion(), nn.CrossEntropyCriterion(nil, true, 0.1)
local loss = plain:forward(scores, targets)
print(loss)  --> 2.105448302914
-- each of the 4 classes gets 0.1 / 4 of the target's weight
local expected = 0.9 * loss - 0.1 * nn.LogSoftMax():forward(scores):mean()
print(math.abs(smooth:forward(scores, targets) - expected) < 1e-12)  --> true]]},

{'SpatialClassNLLCriterion', [[
local log_p = nn.SpatialLogSoftMax():forward(torch.zeros(2, 4, 5, 6))
print(nn.SpatialClassNLLCriterion():forward(log_p, torch.ones(2, 5, 6)))  --> 1.3862943611199]]},

{'MultiMarginCriterion', [[
print(nn.MultiMarginCriterion():forward(torch.Tensor {0.5, 0.25, 0}, 1))    --> 0.41666666666667
print(nn.MultiMarginCriterion(2):forward(torch.Tensor {0.5, 0.5, 0.5}, 1))  --> 0.66666666666667]]},

{'MultiLabelMarginCriterion', [[
local scores, targets = torch.Tensor {0.5, 0.25, 0, 0}, torch.Tensor {2, 1, 0, 0}
print(nn.MultiLabelMarginCriterion():forward(scores, targets))  --> 0.625]]},

{'MultiLabelSoftMarginCriterion', [[
local criterion = nn.MultiLabelSoftMarginCriterion()
print(criterion:forward(torch.zeros(2), torch.Tensor {0, 1}))  --> 0.69314718055995]]},

{'ClassSimplexCriterion', [[
local criterion = nn.ClassSimplexCriterion(3)
local x = criterion.simplex[2]:clone()
print(criterion:forward(x, 2))        --> 0
print(criterion:getTopPrediction(x))  --> 2]]},

{'MarginCriterion', [[
print(nn.MarginCriterion():forward(torch.Tensor {0.25, -2}, torch.Tensor {1, -1}))  --> 0.375]]},

{'SoftMarginCriterion', [[
local x, t = torch.zeros(2), torch.Tensor {1, -1}
print(nn.SoftMarginCriterion():forward(x, t))  --> 0.69314718055995]]},

{'HingeEmbeddingCriterion', [[
local criterion = nn.HingeEmbeddingCriterion(5)
print(criterion:forward(torch.Tensor {2}, 1), criterion:forward(torch.Tensor {2}, -1))  --> 2 3]]},

{'L1HingeEmbeddingCriterion', [[
local pair = {torch.Tensor {1, 2}, torch.Tensor {0, 4}}
local criterion = nn.L1HingeEmbeddingCriterion(5)
print(criterion:forward(pair, 1), criterion:forward(pair, -1))  --> 3 2]]},

{'CosineEmbeddingCriterion', [[
local pair = {torch.Tensor {5, 0}, torch.Tensor {3, 4}}
local criterion = nn.CosineEmbeddingCriterion(0.5)
print(('%.4f'):format(criterion:forward(pair, 1)))   --> 0.4000
print(('%.4f'):format(criterion:forward(pair, -1)))  --> 0.1000]]},

{'MarginRankingCriterion', [[
local scores = {torch.Tensor {2}, torch.Tensor {1.5}}
local criterion = nn.MarginRankingCriterion(1)
print(criterion:forward(scores, 1), criterion:forward(scores, -1))  --> 0.5 1.5]]},

{'DistanceRatioCriterion', [[
print(nn.DistanceRatioCriterion():forward {torch.ones(3), torch.ones(3)})  --> 0.69314718055995]]},

{'DistKLDivCriterion', [[
local p, criterion = torch.Tensor {0.5, 0.5}, nn.DistKLDivCriterion()
print(criterion:forward(torch.log(p), p))                        --> 0
print(2 * criterion:forward(torch.log(p), torch.Tensor {1, 0}))  --> 0.69314718055995]]},

{'L1Cost', [[
print(nn.L1Cost():forward(torch.Tensor {1, -2, 3}))  --> 6]]},

{'MultiCriterion', [[
local x, t = torch.Tensor {1, 2}, torch.Tensor {1, 4}
local criterion = nn.MultiCriterion():add(nn.MSECriterion()):add(nn.AbsCriterion(), 10)
print(criterion:forward(x, t))  --> 12]]},

{'ParallelCriterion', [[
local criterion = nn.ParallelCriterion():add(nn.MSECriterion(), 10):add(nn.ClassNLLCriterion())
local input, target = {torch.ones(2), torch.Tensor {-3, -1}}, {torch.zeros(2), 2}
print(criterion:forward(input, target))  --> 11]]},

{'ModuleCriterion', [[
local criterion = nn.ModuleCriterion(nn.MSECriterion(), nn.Square(), nn.Identity())
print(criterion:forward(torch.Tensor {3}, torch.Tensor {7}))  --> 4]]},

{'CriterionTable', [[
local layer = nn.CriterionTable(nn.MSECriterion())
print(layer:forward {torch.Tensor {1, 2}, torch.Tensor {1, 4}})  --> 2]]},

}
