-- Examples of the classes that others inherit from, for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 1, title = 'Base classes',

text = [[
Every module has the methods of `nn.Module`, every criterion those of `nn.Criterion`. `forward`
computes, `backward` gives the gradient of the input and adds to the gradients of the parameters.
`module(input)` is `module:forward(input)`. Results stay in the fields `output` and `gradInput`,
whose memory the next call uses again.]],

{'Module', [[
torch.manualSeed(1)
local layer, input, target = nn.Linear(2, 1), torch.ones(1, 2), torch.zeros(1, 1)
print(torch.isTypeOf(layer, 'nn.Module'))  --> true
local criterion = nn.MSECriterion()
local before = criterion:forward(layer:forward(input), target)
layer:zeroGradParameters()
layer:backward(input, criterion:backward(layer.output, target))
layer:updateParameters(0.1)
print(criterion:forward(layer:forward(input), target) < before)  --> true
local parameters, gradients = layer:getParameters()
print(parameters:nElement(), gradients:nElement())  --> 3 3]]},

{'Criterion', [[
local criterion = nn.MSECriterion()
print(torch.isTypeOf(criterion, 'nn.Criterion'))  --> true
local x, t = torch.Tensor {1, 2}, torch.Tensor {1, 4}
print(criterion:forward(x, t))   --> 2
print(criterion:backward(x, t))  --> 0 -2]]},

}
