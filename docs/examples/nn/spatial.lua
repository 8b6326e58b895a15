-- Examples of layers over images for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 8, title = 'Spatial layers',

text = [[
Inputs are images of c planes, h high and w wide: `[n c h w]`, or `[c h w]` of one sample. Widths
come before heights in the arguments: kernels are kW x kH, steps dW and dH, paddings padW and
padH. Where the height of the output, oh, is given, the width, ow, goes the same way.]],

{'SpatialConvolution', [[
local layer = nn.SpatialConvolution(3, 8, 5, 3, 2, 1, 2, 1)
print(layer:forward(torch.ones(4, 3, 10, 20)):size())  --> 4 8 10 10
print(layer.weight:size())                             --> 8 3 3 5
local edges = nn.SpatialConvolution(1, 1, 2, 1):noBias()
edges.weight:copy(torch.Tensor {-1, 1})
print(edges:forward(torch.Tensor {{{0, 0, 5, 5}}})[1])  --> 0 5 0]]},

{'SpatialConvolutionMM', [[
local layer = nn.SpatialConvolutionMM(3, 8, 5, 5)
print(layer:forward(torch.ones(4, 3, 10, 20)):size())  --> 4 8 6 16
print(layer.weight:size())                             --> 8 75]]},

{'SpatialConvolutionLocal', [[
local layer = nn.SpatialConvolutionLocal(3, 8, 10, 6, 5, 3)
print(layer:forward(torch.ones(4, 3, 6, 10)):size())  --> 4 8 4 6
print(layer.weight:size())                            --> 4 6 8 3 3 5]]},

{'SpatialConvolutionMap', [[
local layer = nn.SpatialConvolutionMap(nn.tables.oneToOne(3), 5, 5)
print(layer:forward(torch.ones(3, 10, 10)):size())  --> 3 6 6
print(layer.weight:size())                          --> 3 5 5]]},

{'SpatialDepthWiseConvolution', [[
local layer = nn.SpatialDepthWiseConvolution(3, 2, 5, 5)
print(layer:forward(torch.ones(4, 3, 10, 10)):size())  --> 4 6 6 6]]},

{'SpatialDilatedConvolution', [[
local layer = nn.SpatialDilatedConvolution(3, 8, 3, 3, 1, 1, 2, 2, 2, 2)
print(layer:forward(torch.ones(4, 3, 10, 10)):size())  --> 4 8 10 10]]},

{'SpatialFullConvolution', [[
local layer = nn.SpatialFullConvolution(3, 8, 4, 4, 2, 2, 1, 1)
print(layer:forward(torch.ones(4, 3, 10, 10)):size())                              --> 4 8 20 20
print(layer:forward({torch.ones(4, 3, 10, 10), torch.ones(4, 1, 21, 21)}):size())  --> 4 8 21 21]]},

{'SpatialFullConvolutionMap', [[
local layer = nn.SpatialFullConvolutionMap(nn.tables.full(3, 2), 5, 5)
print(layer:forward(torch.ones(3, 10, 10)):size())  --> 2 14 14]]},

{'SpatialMaxPooling', [[
local x = torch.Tensor {{{1, 2, 5}, {4, 3, 6}}}
print(nn.SpatialMaxPooling(2, 2):forward(x)[1])         --> 4
print(nn.SpatialMaxPooling(2, 2):ceil():forward(x)[1])  --> 4 6]]},

{'SpatialMaxUnpooling', [[
local pooling = nn.SpatialMaxPooling(2, 2)
pooling:forward(torch.Tensor {{{1, 2}, {4, 3}}})
local x = torch.Tensor {{{9}}}
print(nn.SpatialMaxUnpooling(pooling):forward(x)[1])  --> 0 0 9 0]]},

{'SpatialDilatedMaxPooling', [[
local layer = nn.SpatialDilatedMaxPooling(3, 3, 1, 1, 0, 0, 2, 2)
print(layer:forward(torch.ones(4, 3, 10, 10)):size())  --> 4 3 6 6]]},

{'SpatialFractionalMaxPooling', [[
local layer = nn.SpatialFractionalMaxPooling(2, 2, 0.7, 0.7)
print(layer:forward(torch.ones(4, 3, 10, 20)):size())  --> 4 3 7 14]]},

{'SpatialAdaptiveMaxPooling', [[
local layer = nn.SpatialAdaptiveMaxPooling(3, 2)
print(layer:forward(torch.ones(4, 1, 10, 17)):size())  --> 4 1 2 3
local x = torch.Tensor {{{1, 2, 3, 4}}}
print(nn.SpatialAdaptiveMaxPooling(2, 1):forward(x)[1])  --> 2 4]]},

{'SpatialAveragePooling', [[
local x = torch.Tensor {{{1, 3}, {5, 7}}}
print(nn.SpatialAveragePooling(2, 2):forward(x)[1])  --> 4
local layer = nn.SpatialAveragePooling(2, 2, 2, 2, 1, 1)
print(layer:forward(x)[1])                       --> 0.2500 0.7500 1.2500 1.7500
print(layer:setCountExcludePad():forward(x)[1])  --> 1 3 5 7]]},

{'SpatialAdaptiveAveragePooling', [[
local x = torch.Tensor {{{1, 2, 3, 4}}}
print(nn.SpatialAdaptiveAveragePooling(2, 1):forward(x)[1])  --> 1.5000 3.5000]]},

{'SpatialLPPooling', [[
local x = torch.Tensor {{{3, 4, 5, 12}}}
print(nn.SpatialLPPooling(1, 2, 2, 1):forward(x)[1])  --> 5 13]]},

{'FeatureLPPooling', [[
print(nn.FeatureLPPooling(2, 2, 2):forward(torch.Tensor {3, 4, 5, 12}))  --> 5 13]]},

{'SpatialSubSampling', [[
local layer = nn.SpatialSubSampling(1, 2, 2, 2, 2)
layer.weight:fill(0.25)
layer.bias:zero()
print(layer:forward(torch.Tensor {{{1, 3}, {5, 7}}})[1])  --> 4]]},

{'SpatialUpSamplingNearest', [[
local x = torch.Tensor {{{1, 2}}}
print(nn.SpatialUpSamplingNearest(2):forward(x)[1])  --> 1 1 2 2 1 1 2 2]]},

{'SpatialUpSamplingBilinear', [[
local x = torch.Tensor {{{1, 2}}}
local layer = nn.SpatialUpSamplingBilinear {oheight = 1, owidth = 3}
print(layer:forward(x)[1])  --> 1.0000 1.5000 2.0000
print(nn.SpatialUpSamplingBilinear(2):forward(torch.ones(4, 3, 5, 6)):size())  --> 4 3 10 12]]},

{'UpSampling', [[
local layer = nn.UpSampling(2, 'nearest')
print(layer:forward(torch.ones(4, 3, 5, 6)):size())     --> 4 3 10 12
print(layer:forward(torch.ones(4, 3, 2, 5, 6)):size())  --> 4 3 4 10 12]]},

{'PixelShuffle', [[
local x = torch.Tensor {{{1}}, {{2}}, {{3}}, {{4}}}
print(nn.PixelShuffle(2):forward(x)[1])                            --> 1 2 3 4
print(nn.PixelShuffle(2):forward(torch.ones(5, 12, 3, 4)):size())  --> 5 3 6 8]]},

{'SpatialZeroPadding', [[
local x = torch.Tensor {{{1, 2, 3}}}
print(nn.SpatialZeroPadding(1, 2, 0, 0):forward(x)[1])   --> 0 1 2 3 0 0
print(nn.SpatialZeroPadding(-1, 1, 0, 0):forward(x)[1])  --> 2 3 0]]},

{'SpatialReflectionPadding', [[
local x = torch.Tensor {{{1, 2, 3}}}
print(nn.SpatialReflectionPadding(2, 1, 0, 0):forward(x)[1])  --> 3 2 1 2 3 2]]},

{'SpatialReplicationPadding', [[
local x = torch.Tensor {{{1, 2, 3}}}
print(nn.SpatialReplicationPadding(2, 1, 0, 0):forward(x)[1])  --> 1 1 1 2 3 3]]},

{'SpatialDropout', [[
torch.manualSeed(1)
print(nn.SpatialDropout(0.5):forward(torch.ones(4, 1, 2)):view(4, 2))  --> 1 1 0 0 0 0 0 0]]},

}
