-- Examples of layers that change the shape, the type or the layout, for docs/nn.md; see
-- docs/adding-a-layer.md.

return {

rank = 4, title = 'Shapes',

text = [[
Layers that rearrange their input, most of them without copying it.]],

{'Reshape', [[
print(nn.Reshape(3, 2):forward(torch.range(1, 6)))                  --> 1 2 3 4 5 6
print(nn.Reshape(6):forward(torch.ones(4, 2, 3)):size())            --> 4 6
print(nn.Reshape(4, 6, false):forward(torch.ones(4, 2, 3)):size())  --> 4 6]]},

{'View', [[
print(nn.View(-1):forward(torch.ones(2, 3)):size())                       --> 6
print(nn.View(6):setNumInputDims(2):forward(torch.ones(4, 2, 3)):size())  --> 4 6]]},

{'Collapse', [[
print(nn.Collapse(2):forward(torch.ones(4, 2, 3)):size())  --> 4 6]]},

{'Squeeze', [[
print(nn.Squeeze():forward(torch.ones(2, 1, 3)):size())      --> 2 3
print(nn.Squeeze(1, 2):forward(torch.ones(4, 1, 3)):size())  --> 4 3]]},

{'Unsqueeze', [[
print(nn.Unsqueeze(1):forward(torch.ones(2, 3)):size())     --> 1 2 3
print(nn.Unsqueeze(1, 1):forward(torch.ones(2, 3)):size())  --> 2 1 3]]},

{'Transpose', [[
print(nn.Transpose({1, 2}):forward(torch.ones(2, 3, 4)):size())          --> 3 2 4
print(nn.Transpose({1, 2}, {2, 3}):forward(torch.ones(2, 3, 4)):size())  --> 3 4 2]]},

{'Replicate', [[
print(nn.Replicate(4):forward(torch.ones(2, 3)):size())        --> 4 2 3
print(nn.Replicate(4, 1, 1):forward(torch.ones(2, 3)):size())  --> 2 4 3]]},

{'Narrow', [[
print(nn.Narrow(1, 2, 3):forward(torch.range(1, 6)))   --> 2 3 4
print(nn.Narrow(1, 2, -1):forward(torch.range(1, 6)))  --> 2 3 4 5 6]]},

{'Select', [[
print(nn.Select(1, 2):forward(torch.Tensor {{1, 2}, {3, 4}}))   --> 3 4
print(nn.Select(2, -1):forward(torch.Tensor {{1, 2}, {3, 4}}))  --> 2 4]]},

{'Padding', [[
print(nn.Padding(1, 2):forward(torch.Tensor {1, 2, 3}))           --> 1 2 3 0 0
print(nn.Padding(1, -2, 1, 9):forward(torch.Tensor {1, 2, 3}))    --> 9 9 1 2 3
print(nn.Padding(1, 1, 1, 9, 2):forward(torch.Tensor {1, 2, 3}))  --> 1 2 9 3]]},

{'Contiguous', [[
local x = torch.ones(2, 3):t()
print(x:isContiguous(), nn.Contiguous():forward(x):isContiguous())  --> false true]]},

{'Copy', [[
local layer = nn.Copy('torch.DoubleTensor', 'torch.FloatTensor')
print(layer:forward(torch.ones(2)):type())                         --> torch.FloatTensor
print(layer:backward(torch.ones(2), torch.FloatTensor(2)):type())  --> torch.DoubleTensor]]},

{'Convert', [[
print(nn.Convert('bchw', 'bf'):forward(torch.ones(2, 3, 4, 5)):size())    --> 2 60
print(nn.Convert('bhwc', 'bchw'):forward(torch.ones(2, 4, 5, 3)):size())  --> 2 3 4 5]]},

}
