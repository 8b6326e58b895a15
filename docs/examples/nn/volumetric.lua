-- Examples of layers over volumes for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 9, title = 'Volumetric layers',

text = [[
Inputs are volumes of c planes, t frames long (or deep), h high and w wide: `[n c t h w]`, or
`[c t h w]` of one sample. Arguments come in the order T, W, H. Where the length of the output, ot,
is given, height and width go the same way.]],

{'VolumetricConvolution', [[
local layer = nn.VolumetricConvolution(3, 8, 2, 3, 3, 1, 2, 2)
print(layer:forward(torch.ones(4, 3, 6, 9, 11)):size())  --> 4 8 5 4 5
print(layer.weight:size())                               --> 8 3 2 3 3]]},

{'VolumetricDilatedConvolution', [[
local layer = nn.VolumetricDilatedConvolution(3, 8, 2, 3, 3, 1, 1, 1, 0, 0, 0, 2, 2, 2)
print(layer:forward(torch.ones(3, 6, 9, 11)):size())  --> 8 4 5 7]]},

{'VolumetricFullConvolution', [[
local layer = nn.VolumetricFullConvolution(3, 8, 2, 2, 2, 2, 2, 2)
print(layer:forward(torch.ones(3, 2, 3, 4)):size())  --> 8 4 6 8]]},

{'VolumetricMaxPooling', [[
local x = torch.Tensor {{{{1, 2, 5, 4}}}}
print(nn.VolumetricMaxPooling(1, 2, 1):forward(x):view(-1))  --> 2 5
local layer = nn.VolumetricMaxPooling(2, 2, 2):ceil()
print(layer:forward(torch.ones(3, 4, 5, 7)):size())  --> 3 2 3 4]]},

{'VolumetricMaxUnpooling', [[
local pooling = nn.VolumetricMaxPooling(1, 2, 1)
pooling:forward(torch.Tensor {{{{1, 2, 5, 4}}}})
local x = torch.Tensor {{{{8, 9}}}}
print(nn.VolumetricMaxUnpooling(pooling):forward(x):view(-1))  --> 0 8 9 0]]},

{'VolumetricDilatedMaxPooling', [[
local layer = nn.VolumetricDilatedMaxPooling(2, 2, 2, 1, 1, 1, 0, 0, 0, 2, 2, 2)
print(layer:forward(torch.ones(3, 4, 5, 7)):size())  --> 3 2 3 5]]},

{'VolumetricFractionalMaxPooling', [[
local layer = nn.VolumetricFractionalMaxPooling(2, 2, 2, 3, 4, 5)
print(layer:forward(torch.ones(1, 9, 11, 6)):size())  --> 1 5 4 3]]},

{'VolumetricAveragePooling', [[
local x = torch.Tensor {{{{1, 3, 5, 7}}}}
print(nn.VolumetricAveragePooling(1, 2, 1):forward(x):view(-1))  --> 2 6]]},

{'VolumetricReplicationPadding', [[
local layer = nn.VolumetricReplicationPadding(1, 2, 0, 0, 0, 0)
print(layer:forward(torch.Tensor {{{{1, 2}}}}):view(-1))  --> 1 1 2 2 2]]},

{'VolumetricDropout', [[
torch.manualSeed(1)
print(nn.VolumetricDropout(0.5):forward(torch.ones(4, 1, 1, 2)):view(4, 2))  --> 1 1 0 0 0 0 0 0]]},

}
