-- Examples of layers over sequences for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 7, title = 'Temporal layers',

text = [[
Inputs are sequences of t frames, each of c features: `[n t c]`, or `[t c]` of one sample.]],

{'TemporalConvolution', [[
local layer = nn.TemporalConvolution(3, 4, 2)
print(layer:forward(torch.ones(5, 10, 3)):size())  --> 5 9 4
print(layer.weight:size())                         --> 4 6]]},

{'TemporalRowConvolution', [[
local layer = nn.TemporalRowConvolution(3, 2)
print(layer:forward(torch.ones(5, 10, 3)):size())  --> 5 9 3
layer = nn.TemporalRowConvolution(3, 2, 1, true)
print(layer:forward(torch.ones(5, 3, 10)):size())  --> 5 3 9]]},

{'TemporalSubSampling', [[
local layer = nn.TemporalSubSampling(1, 2, 2)
layer.weight:fill(0.5)
layer.bias:zero()
print(layer:forward(torch.Tensor {{1}, {3}, {5}, {7}}))  --> 2 6]]},

{'TemporalMaxPooling', [[
print(nn.TemporalMaxPooling(2):forward(torch.Tensor {{1}, {3}, {7}, {5}}))     --> 3 7
print(nn.TemporalMaxPooling(2, 1):forward(torch.Tensor {{1}, {3}, {7}, {5}}))  --> 3 7 7]]},

{'TemporalDynamicKMaxPooling', [[
local x = torch.Tensor {{4}, {1}, {3}, {9}}
print(nn.TemporalDynamicKMaxPooling(2):forward(x))        --> 4 9
print(nn.TemporalDynamicKMaxPooling(1, 0.75):forward(x))  --> 4 3 9]]},

}
