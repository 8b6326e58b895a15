-- Examples of helpers for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 13, title = 'Helpers',

{'StochasticGradient', [[
torch.manualSeed(1)
local data = {{torch.Tensor {1}, torch.Tensor {3}}, {torch.Tensor {2}, torch.Tensor {5}}}
function data:size() return 2 end
local net = nn.Linear(1, 1)
local trainer = nn.StochasticGradient(net, nn.MSECriterion())
trainer.learningRate, trainer.maxIteration, trainer.verbose = 0.1, 500, false
trainer:train(data)
print(('%.3f %.3f'):format(net.weight[1][1], net.bias[1]))  --> 2.000 1.000]]},

{'Jacobian', [[
local layer, input = nn.Linear(4, 3), torch.Tensor(2, 4)
print(nn.Jacobian.testJacobian(layer, input) < 1e-7)  --> true
local weight, gradient = layer.weight, layer.gradWeight
print(nn.Jacobian.testJacobianParameters(layer, input, weight, gradient) < 1e-7)  --> true]]},

{'SparseJacobian', [[
local layer, input = nn.SparseLinear(10, 3, true), torch.Tensor {{2, 0.5}, {7, 1}}
local bias, gradient = layer.bias, layer.gradBias
print(nn.SparseJacobian.testJacobianParameters(layer, input, bias, gradient) < 1e-7)  --> true]]},

{'tables', [[
print(nn.tables.oneToOne(2))             --> 1 1 2 2
print(nn.tables.full(2, 3):size())       --> 6 2
print(nn.tables.random(4, 3, 2):size())  --> 6 2]]},

{'utils', [[
local t = {torch.ones(2), {torch.ones(3)}}
nn.utils.recursiveFill(t, 5)
print(t[2][1])                                                   --> 5 5 5
print(nn.utils.recursiveType(t, 'torch.FloatTensor')[1]:type())  --> torch.FloatTensor]]},

{'test', [[
nn.test {'Linear'}
--> Running 1 test
--> 1/1 Linear .............................................................. [PASS]
--> Completed 5 asserts in 1 test with 0 failures and 0 errors]]},

{'testTHNN', [[
nn.testTHNN {'Linear'}
--> Running 1 test
--> 1/1 Linear .............................................................. [PASS]
--> Completed 2 asserts in 1 test with 0 failures and 0 errors]]},

{'hessian', [[
nn.hessian.enable()
local layer, criterion = nn.Linear(2, 1), nn.MSECriterion()
layer:initDiagHessianParameters()
local x, t = torch.ones(2), torch.zeros(1)
layer:forward(x)
criterion:forward(layer.output, t)
local diagonal = criterion:updateDiagHessianInput(layer.output, t)
layer:accDiagHessianParameters(x, diagonal)
print(layer.diagHessianBias)  --> 2]], fresh = true},

}
