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

}
