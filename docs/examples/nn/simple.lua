-- Examples of linear layers and other simple ones for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 3, title = 'Simple layers',

{'Linear', [[
local layer = nn.Linear(3, 2)
print(layer:forward(torch.ones(4, 3)):size())  --> 4 2
layer.weight:copy(torch.Tensor {{1, 2, 3}, {4, 5, 6}})
layer.bias:fill(0.5)
print(layer:forward(torch.ones(3)))  --> 6.5000 15.5000
print(nn.Linear(3, 2, false).bias)   --> nil]]},

{'LinearWeightNorm', [[
local layer = nn.LinearWeightNorm(3, 2)
print(layer:forward(torch.ones(4, 3)):size())  --> 4 2
print(layer.v:size())                          --> 2 3
print(layer.g:size())                          --> 2 1
local plain = nn.LinearWeightNorm.toLinear(layer)
local x = torch.ones(3)
print((plain:forward(x) - layer:forward(x)):abs():max() < 1e-12)  --> true]]},

{'WeightNorm', [[
local layer = nn.WeightNorm(nn.Linear(3, 2))
layer.v:copy(torch.Tensor {{3, 0, 4}, {0, 2, 0}})
layer.g:fill(1)
layer:forward(torch.ones(3))
print(layer.modules[1].weight)  --> 0.6000 0.0000 0.8000 0.0000 1.0000 0.0000]]},

{'PartialLinear', [[
local layer = nn.PartialLinear(3, 5)
print(layer:forward(torch.ones(4, 3)):size())  --> 4 5
layer:setPartition(torch.LongTensor {2, 5})
print(layer:forward(torch.ones(4, 3)):size())  --> 4 2]]},

{'SparseLinear', [[
local layer = nn.SparseLinear(1000, 2)
layer.weight:fill(1)
layer.bias:zero()
local x = torch.Tensor {{3, 0.5}, {700, 2}} -- x[3] = 0.5, x[700] = 2, the rest is 0
print(layer:forward(x))             --> 2.5000 2.5000
print(layer:forward {x, x}:size())  --> 2 2]]},

{'IndexLinear', [[
local layer = nn.IndexLinear(1000, 2)
layer.weight:fill(1)
print(layer:forward {torch.LongTensor {3, 700}, torch.Tensor {0.5, 2}})  --> 2.5000 2.5000]]},

{'Bilinear', [[
local layer = nn.Bilinear(2, 3, 4)
print(layer:forward {torch.ones(5, 2), torch.ones(5, 3)}:size())  --> 5 4]]},

{'LookupTable', [[
local layer = nn.LookupTable(10, 2)
layer.weight[3]:copy(torch.Tensor {0.5, -1})
print(layer:forward(torch.LongTensor {3}))                   --> 0.5000 -1.0000
print(layer:forward(torch.LongTensor(4, 6):fill(3)):size())  --> 4 6 2]]},

{'Add', [[
local layer = nn.Add(2)
layer.bias:copy(torch.Tensor {10, 20})
print(layer:forward(torch.Tensor {{1, 2}, {3, 4}}))  --> 11 22 13 24]]},

{'CAdd', [[
local layer = nn.CAdd(1, 2)
layer.bias:copy(torch.Tensor {10, 20})
print(layer:forward(torch.Tensor {{1, 2}, {3, 4}}))  --> 11 22 13 24]]},

{'AddConstant', [[
print(nn.AddConstant(10):forward(torch.Tensor {1, 2}))  --> 11 12]]},

{'Mul', [[
local layer = nn.Mul()
layer.weight:fill(3)
print(layer:forward(torch.Tensor {1, 2}))  --> 3 6]]},

{'CMul', [[
local layer = nn.CMul(2)
layer.weight:copy(torch.Tensor {10, 20})
print(layer:forward(torch.Tensor {{1, 2}, {3, 4}}))  --> 10 40 30 80]]},

{'MulConstant', [[
print(nn.MulConstant(10):forward(torch.Tensor {1, 2}))  --> 10 20]]},

{'Cosine', [[
local layer = nn.Cosine(2, 3)
layer.weight:copy(torch.Tensor {{5, 0}, {0, 1}, {-2, 0}})
print(layer:forward(torch.Tensor {3, 4}))  --> 0.6000 0.8000 -0.6000]]},

{'Euclidean', [[
local layer = nn.Euclidean(2, 2)
layer.weight:copy(torch.Tensor {{0, 3}, {0, 0}})  -- columns are (0, 0) and (3, 0)
print(layer:forward(torch.Tensor {3, 4}))  --> 5 4]]},

{'WeightedEuclidean', [[
local layer = nn.WeightedEuclidean(2, 1)
layer.weight:zero()
layer.diagCov:copy(torch.Tensor {2, 0})
print(layer:forward(torch.Tensor {3, 4}))  --> 6]]},

{'Kmeans', [[
local layer = nn.Kmeans(2, 1)
layer.weight:copy(torch.Tensor {0, 10})
print(layer:forward(torch.Tensor {{1}, {2}, {9}}))  --> 1 1 2
layer:zeroGradParameters()
layer:backward(torch.Tensor {{1}, {2}, {9}}, layer.output)
layer:updateParameters(1)
print(layer.weight:view(-1))  --> 1.5000 9.0000]]},

{'Maxout', [[
local layer = nn.Maxout(3, 2, 4)
print(layer:forward(torch.ones(5, 3)):size())  --> 5 2]]},

{'OneHot', [[
print(nn.OneHot(3):forward(torch.LongTensor {2, 3}))  --> 0 1 0 0 0 1]]},

{'Constant', [[
print(nn.Constant(7):forward(torch.zeros(4, 5)))                              --> 7
print(nn.Constant(torch.Tensor {1, 2}, 1):forward(torch.zeros(3, 5)):size())  --> 3 2]]},

{'Identity', [[
local x = torch.ones(2)
print(nn.Identity():forward(x) == x)  --> true]]},

{'Max', [[
local x = torch.Tensor {{1, 5}, {3, 4}}
print(nn.Max(1):forward(x))   --> 3 5
print(nn.Max(-1):forward(x))  --> 5 4]]},

{'Min', [[
print(nn.Min(2):forward(torch.Tensor {{1, 5}, {3, 4}}))  --> 1 3]]},

{'Mean', [[
print(nn.Mean(2):forward(torch.Tensor {{1, 5}, {3, 4}}))  --> 3.0000 3.5000]]},

{'Sum', [[
local x = torch.ones(4, 2, 3)
print(nn.Sum(2):forward(x):size())                     --> 4 3
print(nn.Sum(1, 2):forward(x):size())                  --> 4 3
print(nn.Sum(2, nil, false, false):forward(x):size())  --> 4 1 3]]},

{'Dropout', [[
torch.manualSeed(1)
local layer = nn.Dropout(0.5)
print(layer:forward(torch.ones(6)))  --> 2 0 0 0 2 2
layer:evaluate()
print(layer:forward(torch.ones(6)))  --> 1 1 1 1 1 1]]},

{'WhiteNoise', [[
local layer = nn.WhiteNoise(0, 0.01)
print(layer:forward(torch.ones(1000)):std() < 0.1)  --> true
layer:evaluate()
print(layer:forward(torch.ones(2)))  --> 1 1]]},

{'L1Penalty', [[
local layer = nn.L1Penalty(0.1)
local x = torch.Tensor {2, -3}
print(layer:forward(x))                  --> 2 -3
print(layer.loss)                        --> 0.5
print(layer:backward(x, torch.zeros(2)))  --> 0.1000 -0.1000]]},

{'GradientReversal', [[
local layer = nn.GradientReversal(0.5)
print(layer:forward(torch.ones(2)))                        --> 1 1
print(layer:backward(torch.ones(2), torch.Tensor {1, 2}))  --> -0.5000 -1.0000]]},

{'ZeroGrad', [[
local layer = nn.ZeroGrad()
print(layer:forward(torch.ones(2)))                  --> 1 1
print(layer:backward(torch.ones(2), torch.ones(2)))  --> 0 0]]},

{'PrintSize', [[
nn.PrintSize('x'):forward(torch.ones(2, 3))  --> x:input 2 3]]},

}
