-- Examples of normalizations for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 10, title = 'Normalization',

{'BatchNormalization', [[
local layer = nn.BatchNormalization(2, 0, 0.5, false)
print(layer:forward(torch.Tensor {{1, 10}, {3, 30}}))  --> -1 -1 1 1
print(layer.running_mean)                              --> 1 10
layer:evaluate()
print(layer:forward(torch.zeros(1, 2)))  --> -0.8165 -0.9975]]},

{'SpatialBatchNormalization', [[
local layer = nn.SpatialBatchNormalization(3)
print(layer:forward(torch.randn(4, 3, 5, 6)):size())       --> 4 3 5 6
print(math.abs(layer.output:select(2, 1):mean()) < 1e-12)  --> true]]},

{'VolumetricBatchNormalization', [[
local layer = nn.VolumetricBatchNormalization(3)
print(layer:forward(torch.randn(4, 3, 2, 5, 6)):size())  --> 4 3 2 5 6]]},

{'LayerNormalization', [[
local layer = nn.LayerNormalization(2)
print(layer:forward(torch.Tensor {10, 50}))  --> -1.0000 1.0000]]},

{'Normalize', [[
print(nn.Normalize(2):forward(torch.Tensor {3, 4}))          --> 0.6000 0.8000
print(nn.Normalize(math.huge):forward(torch.Tensor {3, 4}))  --> 0.7500 1.0000]]},

{'SpatialCrossMapLRN', [[
local layer = nn.SpatialCrossMapLRN(3, 3, 1, 0)
print(layer:forward(torch.Tensor {{{1}}, {{1}}, {{2}}}):view(-1))  --> 0.5000 0.1667 0.4000]]},

{'SpatialSubtractiveNormalization', [[
local layer = nn.SpatialSubtractiveNormalization(1, torch.ones(3, 3))
print(layer:forward(torch.ones(1, 5, 5)):abs():max() < 1e-12)  --> true]]},

{'SpatialDivisiveNormalization', [[
local layer = nn.SpatialDivisiveNormalization(1, torch.ones(3, 3))
print(layer:forward(torch.Tensor(1, 5, 5):fill(7))[1][3][3])  --> 1]]},

{'SpatialContrastiveNormalization', [[
local layer = nn.SpatialContrastiveNormalization(3, torch.ones(5))
print(layer:forward(torch.randn(2, 3, 8, 8)):size())  --> 2 3 8 8]]},

}
