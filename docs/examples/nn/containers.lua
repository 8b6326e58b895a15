-- Examples of containers and decorators for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 2, title = 'Containers',

text = [[
Containers hold modules, which `add` puts into them, and pass inputs, gradients, types and
parameters on to them. Decorators hold one.]],

{'Container', [[
local net = nn.Sequential():add(nn.Linear(3, 2)):add(nn.Tanh())
print(torch.isTypeOf(net, 'nn.Container'))  --> true
print(net:size(), torch.type(net:get(2)))   --> 2 nn.Tanh]]},

{'Sequential', [[
local net = nn.Sequential():add(nn.Linear(3, 2)):add(nn.Tanh())
print(net:forward(torch.ones(4, 3)):size())  --> 4 2
net:insert(nn.ReLU(), 2)
net:remove(3)
print(torch.type(net:get(2)))  --> nn.ReLU]]},

{'Concat', [[
local net = nn.Concat(2):add(nn.Identity()):add(nn.MulConstant(10))
print(net:forward(torch.Tensor {{1, 2}}))  --> 1 2 10 20]]},

{'DepthConcat', [[
local net = nn.DepthConcat(1)
net:add(nn.SpatialConvolution(1, 2, 1, 1)):add(nn.SpatialConvolution(1, 3, 3, 3))
print(net:forward(torch.ones(1, 5, 5)):size())  --> 5 5 5
print(net.output[5][1]:sum())                   --> 0]]},

{'Parallel', [[
local net = nn.Parallel(1, 1):add(nn.Identity()):add(nn.MulConstant(10))
print(net:forward(torch.Tensor {{1, 2}, {3, 4}}))  --> 1 2 30 40]]},

{'Decorator', [[
local net = nn.Decorator(nn.MulConstant(2))
print(net:forward(torch.Tensor {1, 2}))  --> 2 4]]},

{'Bottle', [[
local net = nn.Bottle(nn.Linear(3, 2))
print(net:forward(torch.ones(5, 4, 3)):size())  --> 5 4 2]]},

{'DontCast', [[
local net = nn.Sequential():add(nn.DontCast(nn.Linear(3, 2), true)):float()
print(net:forward(torch.FloatTensor(4, 3)):type())  --> torch.FloatTensor
print(net:get(1):get(1).weight:type())              --> torch.DoubleTensor]]},

{'GPU', [[
local net = nn.GPU(nn.MulConstant(2), 1)
print(net:forward(torch.Tensor {1, 2}))  --> 2 4]]},

{'NaN', [[
local net = nn.NaN(nn.Log(), 'logs')
print(net:forward(torch.ones(2)))                           --> 0 0
print(pcall(net.forward, net, torch.Tensor {-1}) == false)  --> true]]},

{'Profile', [[
local net = nn.Profile(nn.Linear(3, 2), 2, 'layer')
net:forward(torch.ones(4, 3))
print(net.numFwds)  --> 1]]},

}
