-- Examples of what luatorch adds to Torch7's nn, for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 12, title = 'Additions to Torch7',

{'HuberCriterion', [[
local criterion = nn.HuberCriterion(1, false)
local x, t = torch.Tensor {0.5, 3, -2}, torch.Tensor {0, 0, 0}
print(criterion:forward(x, t))   --> 4.125
print(criterion:backward(x, t))  --> 0.5000 1.0000 -1.0000]]},

{'SoftNLLCriterion', [[
local log_p = torch.Tensor {0.5, 0.25, 0.25}:log()
print(nn.SoftNLLCriterion():forward(log_p, 1))        --> 0.69314718055995
print(nn.SoftNLLCriterion(2):forward(log_p, 1))       --> 0.17328679513999
print(nn.SoftNLLCriterion(0, 0.3):forward(log_p, 1))  --> 0.83177661667193]]},

{'FocalCriterion', [[
print(nn.FocalCriterion():forward(torch.zeros(2), 1))   --> 0.17328679513999
print(nn.FocalCriterion(0):forward(torch.zeros(2), 1))  --> 0.69314718055995]]},

{'SigmoidFocalCriterion', [[
local x, t = torch.zeros(1), torch.ones(1)
print(nn.SigmoidFocalCriterion():forward(x, t))       --> 0.043321698784997
print(nn.SigmoidFocalCriterion(0, -1):forward(x, t))  --> 0.69314718055995]]},

{'NTXentCriterion', [[
local a = torch.Tensor {{1, 0}, {0, 1}}
print(nn.NTXentCriterion():forward {a, a})   --> 0.23954476622231
print(nn.NTXentCriterion():forward {a, -a})  --> 2.7586236756776]]},

{'CTCCriterion', [[
local ctc = nn.CTCCriterion()
local frames = torch.zeros(5, 2, 3)   -- 5 frames, 2 samples, a blank and 2 labels
local loss = ctc:forward(frames, {{2, 3}, {2}}, {5, 3})
print(('%.4f'):format(loss))                                          --> 1.7209
print(ctc:backward(frames, {{2, 3}, {2}}, {5, 3})[5][2]:abs():sum())  --> 0]]},

{'GELU', [[
print(nn.GELU():forward(torch.Tensor {-1, 0, 1}))        --> -0.1587 0.0000 0.8413
print(nn.GELU('tanh'):forward(torch.Tensor {-1, 0, 1}))  --> -0.1588 0.0000 0.8412]]},

{'SiLU', [[
print(nn.SiLU():forward(torch.Tensor {-1, 0, 1}))  --> -0.2689 0.0000 0.7311]]},

{'Swish', [[
print(nn.Swish():forward(torch.Tensor {-1, 0, 1}))  --> -0.2689 0.0000 0.7311]]},

{'Mish', [[
print(nn.Mish():forward(torch.Tensor {-1, 0, 1}))  --> -0.3034 0.0000 0.8651]]},

{'HardSigmoid', [[
print(nn.HardSigmoid():forward(torch.Tensor {-4, 0, 1.5}))  --> 0.0000 0.5000 0.7500]]},

{'HardSwish', [[
print(nn.HardSwish():forward(torch.Tensor {-4, -1, 0, 3}))  --> 0.0000 -0.3333 0.0000 3.0000]]},

{'GroupNorm', [[
local x = torch.Tensor {{1, 3, 10, 30}}
print(nn.GroupNorm(2, 4):forward(x))  --> -1.0000 1.0000 -1.0000 1.0000]]},

{'InstanceNorm', [[
local x = torch.Tensor {{{1, 3}, {10, 30}}}          -- 1 sample, 2 channels of 2 elements
print(nn.InstanceNorm(2):forward(x):view(2, 2))  --> -1.0000 1.0000 -1.0000 1.0000]]},

{'LayerNorm', [[
print(nn.LayerNorm(4):forward(torch.Tensor {1, 1, 3, 3}))  --> -1.0000 -1.0000 1.0000 1.0000]]},

{'RMSNorm', [[
print(nn.RMSNorm(2):forward(torch.Tensor {1, 7}))  --> 0.2000 1.4000]]},

{'DropPath', [[
local layer = nn.DropPath(0.5)
local y = layer:forward(torch.ones(100, 3))      -- rows of zeros or of twos
print(y:eq(0):sum() + y:eq(2):sum())             --> 300
layer:evaluate()
print(layer:forward(torch.ones(1, 3)))           --> 1 1 1]]},

{'PositionalEncoding', [[
local y = nn.PositionalEncoding(4):forward(torch.zeros(2, 4))
print(y)  --> 0.0000 1.0000 0.0000 1.0000 0.8415 0.5403 0.0100 1.0000]]},

{'RotaryEncoding', [[
local x = torch.Tensor {{1, 0}, {1, 0}}
print(nn.RotaryEncoding(2):forward(x))  --> 1.0000 0.0000 0.5403 0.8415]]},

{'ScaledDotProduct', [[
local q, k = torch.zeros(1, 2, 4), torch.rand(1, 3, 4)  -- all keys count the same for zeros
local v = torch.range(1, 3):view(1, 3, 1)
print(nn.ScaledDotProduct():forward {q, k, v})                      --> (1,.,.) = 2 2
print(nn.ScaledDotProduct(1, {causal = true}):forward {q, k, v})    --> (1,.,.) = 1.0000 1.5000]]},

{'MultiHeadAttention', [[
local layer = nn.MultiHeadAttention(8, 2, {causal = true})
print(layer:forward(torch.randn(3, 5, 8)):size())  --> 3 5 8
print(layer.weight:size())                         --> 32 8]]},

{'SequenceRecurrent', [[
local layer = nn.SequenceLSTM(3, 4, {layers = 2})
print(torch.isTypeOf(layer, 'nn.SequenceRecurrent'))  --> true
local x, lengths = torch.randn(5, 2, 3), torch.LongTensor {5, 3}
local y = layer:forward {x, lengths}
print(y:size())           --> 5 2 4
print(y[4][2]:norm())     --> 0
print(y[5][1]:dist(layer.hiddenState[2][1]))  --> 0]]},

{'SequenceLSTM', [[
local layer = nn.SequenceLSTM(3, 4, {layers = 2, bidirectional = true})
print(layer:forward(torch.randn(5, 2, 3)):size())  --> 5 2 8
print(layer.cellState:size())                      --> 4 2 4]]},

{'SequenceGRU', [[
local layer = nn.SequenceGRU(3, 4, {batchFirst = true})
print(layer:forward(torch.randn(2, 5, 3)):size())  --> 2 5 4]]},

{'SequenceRNN', [[
local layer = nn.SequenceRNN(3, 4, {nonlinearity = 'relu'})
print(layer:forward(torch.randn(5, 2, 3)):ge(0):all())  --> true]]},

}
