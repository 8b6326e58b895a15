-- Examples of transfer functions for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 6, title = 'Transfer functions',

text = [[
Most are one formula for each element x. With `inplace` the result overwrites the input.]],

{'Abs', [[
print(nn.Abs():forward(torch.Tensor {-2, 0, 3}))  --> 2 0 3]]},

{'Exp', [[
print(nn.Exp():forward(torch.zeros(2)))  --> 1 1]]},

{'Log', [[
print(nn.Log():forward(torch.ones(2)))  --> 0 0]]},

{'Sqrt', [[
print(nn.Sqrt():forward(torch.Tensor {4, 9}))  --> 2 3]]},

{'Square', [[
print(nn.Square():forward(torch.Tensor {-2, 3}))  --> 4 9]]},

{'Power', [[
print(nn.Power(3):forward(torch.Tensor {-2, 3}))  --> -8 27]]},

{'Clamp', [[
print(nn.Clamp(-2, 5):forward(torch.Tensor {-9, 1, 9}))  --> -2 1 5]]},

{'Tanh', [[
print(nn.Tanh():forward(torch.Tensor {-100, 0, 0.5}))  --> -1.0000 0.0000 0.4621]]},

{'TanhShrink', [[
print(nn.TanhShrink():forward(torch.Tensor {-100, 0, 0.5}))  --> -99.0000 0.0000 0.0379]]},

{'HardTanh', [[
print(nn.HardTanh():forward(torch.Tensor {-9, 0.5, 9}))       --> -1.0000 0.5000 1.0000
print(nn.HardTanh(-2, 5):forward(torch.Tensor {-9, 0.5, 9}))  --> -2.0000 0.5000 5.0000]]},

{'Sigmoid', [[
print(nn.Sigmoid():forward(torch.Tensor {-100, 0, 1}))  --> 3.7201e-44 5.0000e-01 7.3106e-01]]},

{'LogSigmoid', [[
print(nn.LogSigmoid():forward(torch.Tensor {-100, 0, 1}))  --> -100.0000 -0.6931 -0.3133]]},

{'SoftSign', [[
print(nn.SoftSign():forward(torch.Tensor {-3, 0, 1}))  --> -0.7500 0.0000 0.5000]]},

{'SoftPlus', [[
print(nn.SoftPlus():forward(torch.Tensor {-100, 0, 100}))  --> 3.7201e-44 6.9315e-01 1.0000e+02]]},

{'SoftShrink', [[
print(nn.SoftShrink(1):forward(torch.Tensor {-3, 0.5, 2}))  --> -2 0 1]]},

{'HardShrink', [[
print(nn.HardShrink(1):forward(torch.Tensor {-3, 0.5, 2}))  --> -3 0 2]]},

{'Threshold', [[
print(nn.Threshold(1, -1):forward(torch.Tensor {0.5, 2}))  --> -1 2]]},

{'ReLU', [[
local x = torch.Tensor {-2, 3}
print(nn.ReLU():forward(x))  --> 0 3
nn.ReLU(true):forward(x)
print(x)  --> 0 3]]},

{'ReLU6', [[
print(nn.ReLU6():forward(torch.Tensor {-2, 3, 9}))  --> 0 3 6]]},

{'LeakyReLU', [[
print(nn.LeakyReLU(0.1):forward(torch.Tensor {-2, 3}))  --> -0.2000 3.0000]]},

{'PReLU', [[
local layer = nn.PReLU(2)
layer.weight:copy(torch.Tensor {0.5, 0.1})
print(layer:forward(torch.Tensor {{-2, -2}, {3, 3}}))  --> -1.0000 -0.2000 3.0000 3.0000]]},

{'RReLU', [[
local layer = nn.RReLU(0.1, 0.3)
layer:evaluate()
print(layer:forward(torch.Tensor {-10, 10}))  --> -2 10]]},

{'CReLU', [[
print(nn.CReLU(1):forward(torch.Tensor {-2, 3}))  --> 0 3 2 0]]},

{'ELU', [[
print(nn.ELU(2):forward(torch.Tensor {-100, 3}))  --> -2 3]]},

{'GatedLinearUnit', [[
print(nn.GatedLinearUnit():forward(torch.Tensor {5, 7, 0, 100}))  --> 2.5000 7.0000]]},

{'SoftMax', [[
local p = nn.SoftMax():forward(torch.Tensor {{0, 0}, {0, math.log(3)}})
print(p)  --> 0.5000 0.5000 0.2500 0.7500]]},

{'LogSoftMax', [[
print(nn.LogSoftMax():forward(torch.zeros(2)))                --> -0.6931 -0.6931
print(nn.LogSoftMax():forward(torch.ones(2, 3)):exp():sum())  --> 2]]},

{'SoftMin', [[
print(nn.SoftMin():forward(torch.Tensor {0, math.log(3)}))  --> 0.7500 0.2500]]},

{'SpatialSoftMax', [[
local p = nn.SpatialSoftMax():forward(torch.ones(4, 2, 2))
print(p[1])  --> 0.2500 0.2500 0.2500 0.2500]]},

{'SpatialLogSoftMax', [[
print(nn.SpatialLogSoftMax():forward(torch.ones(4, 2, 2)):exp():sum())  --> 4]]},

}
