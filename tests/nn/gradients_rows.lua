-- Modules and shapes of their inputs, for the specs that go through all modules.

local torch = require 'torch'

-- {constructor, shapes of inputs...}. A shape of shapes is a table of tensors. positive: elements
-- above 0; batch: the first dimension of the last shape holds samples that do not depend on each
-- other; inplace: the constructor of the form that works in place; fixed_layout: needs contiguous
-- input; indices: the input holds numbers from 1 to this one; tol: for modules that add something
-- to what they divide by; own_type: parameters are not converted.
local V, M, I, B = {5}, {3, 4}, {2, 3, 4}, {2, 3, 4, 5}
local rows = {
  {'nn.Abs()', V, B}, {'nn.Exp()', V, M}, {'nn.Log()', V, M, positive = true},
  {'nn.Sqrt()', V, M, positive = true}, {'nn.Square()', V, M}, {'nn.Tanh()', V, B},
  {'nn.Sigmoid()', V, B}, {'nn.LogSigmoid()', V, M}, {'nn.SoftSign()', V, M},
  {'nn.Threshold(0.1, 0.2)', V, M},
  {'nn.Threshold(0.1, -0.2)', V, M, inplace = 'nn.Threshold(0.1, -0.2, true)'},
  {'nn.HardTanh(-0.5, 0.6)', V, M, inplace = 'nn.HardTanh(-0.5, 0.6, true)'},
  {'nn.ReLU()', V, B, inplace = 'nn.ReLU(true)'},
  {'nn.ReLU6()', V, M, inplace = 'nn.ReLU6(true)'},
  {'nn.LeakyReLU(0.2)', V, M, inplace = 'nn.LeakyReLU(0.2, true)'},
  {'nn.ELU(0.7)', V, M, inplace = 'nn.ELU(0.7, true)'}, {'nn.SoftPlus(2)', V, M},
  {'nn.SoftShrink(0.3)', V, M}, {'nn.HardShrink(0.3)', V, M}, {'nn.Clamp(-0.4, 0.5)', V, M},
  {'nn.TanhShrink()', V, M}, {'nn.Power(3)', V, M}, {'nn.Power(1.5)', M, positive = true},
  {'nn.AddConstant(2)', V, M, inplace = 'nn.AddConstant(2, true)'},
  {'nn.MulConstant(-3)', V, M, inplace = 'nn.MulConstant(-3, true)'},
  {'nn.PReLU()', V, M, B}, {'nn.PReLU(3)', {3}, B, {2, 3, 2}, {2, 3}, batch = true},
  {'nn.RReLU()', V, M, inplace = 'nn.RReLU(1/8, 1/3, true)'},
  {'nn.GatedLinearUnit()', {6}, {3, 4}, {2, 3, 4}, batch = true},
  {'nn.CReLU(1)', {5}, {2, 5}, batch = true}, {'nn.CReLU(3, true)', {2, 3, 4}, {2, 2, 3, 4}},
  {'nn.SoftMax()', V, M, I, B, batch = true}, {'nn.SoftMin()', V, M, I, B, batch = true},
  {'nn.LogSoftMax()', V, M, I, B, batch = true}, {'nn.SpatialSoftMax()', I, B, batch = true},
  {'nn.SpatialLogSoftMax()', I, B, batch = true},
  {'nn.Identity()', V, {{3}, {2, 2}}}, {'nn.Contiguous()', V, M}, {'nn.Copy()', V, M},
  {'nn.Copy(nil, nil, true)', V, M},
  {'nn.Linear(4, 3)', {4}, M, batch = true}, {'nn.Linear(4, 3, false)', {4}, M, batch = true},
  {'nn.Add(4)', {4}, M, batch = true}, {'nn.Add(4, true)', {4}, M},
  {'nn.Add(1)', {1}, {3, 1}}, {'nn.Mul()', V, M},
  {'nn.CAdd(4)', {4}, M, batch = true}, {'nn.CAdd(3, 4)', {3, 4}, {2, 3, 4}, batch = true},
  {'nn.CAdd(1, 4)', M}, {'nn.CAdd(1, 3, 1, 1)', B},
  {'nn.CMul(4)', {4}, M, batch = true}, {'nn.CMul(3, 4)', {3, 4}, {2, 3, 4}, batch = true},
  {'nn.CMul(3, 1)', M}, {'nn.CMul(1, 3, 1, 1)', B},
  {'nn.Dropout(0.4)', V, M, inplace = 'nn.Dropout(0.4, false, true)'},
  {'nn.Dropout(0.4, true)', V, M}, {'nn.SpatialDropout(0.4)', I, B},
  {'nn.BatchNormalization(4)', {5, 4}}, {'nn.BatchNormalization(4, 1e-3, 0.1, false)', {5, 4}},
  {'nn.SpatialBatchNormalization(3)', B},
  {'nn.SpatialConvolution(3, 2, 3, 2)', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialConvolution(3, 2, 2, 3, 2, 1, 1, 2)', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialConvolution(3, 2, 1, 1):noBias()', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialMaxPooling(2, 2)', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialMaxPooling(3, 2, 2, 1, 1, 1):ceil()', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialAveragePooling(2, 2, 2, 1)', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.SpatialAveragePooling(3, 2, 1, 1, 1, 1):setCountExcludePad():ceil()', B, batch = true},
  {'nn.SpatialZeroPadding(1, 2, 0, -1)', {3, 4, 5}, {2, 3, 4, 5}, batch = true},
  {'nn.Padding(1, 2, 1, 0.5)', {4}, M, batch = true}, {'nn.Padding(2, -1, 2, 0, 2)', M, I},
  {'nn.Sum(1, 1)', {4}, {2, 4}}, {'nn.Sum(-1)', M, I}, {'nn.Sum(2, nil, true)', M, I},
  {'nn.Sum(2, nil, false, false)', M}, {'nn.Mean(1)', V, M}, {'nn.Mean(2)', I},
  {'nn.Max(1, 1)', {4}, {2, 4}}, {'nn.Max(-1)', M, I}, {'nn.Min(1, 1)', {4}, {2, 4}},
  {'nn.Min(2)', M, I},
  {'nn.Squeeze()', {2, 1, 3}, {1, 4}}, {'nn.Squeeze(1, 2)', {1, 3}, {2, 1, 3}, batch = true},
  {'nn.Unsqueeze(2)', V, M}, {'nn.Unsqueeze(1, 1)', {4}, M, batch = true},
  {'nn.Replicate(3)', V, M}, {'nn.Replicate(2, 2, 1)', {4}, M, batch = true},
  {'nn.Transpose({1, 2})', M, I}, {'nn.Transpose({1, 2}, {2, 3})', I},
  {'nn.Transpose({1, 2}):setNumInputDims(2)', M, I, batch = true},
  {'nn.Reshape(4, 3)', {12}, {2, 12}, batch = true}, {'nn.Reshape(6, true)', {2, 3, 2}},
  {'nn.View(12)', {3, 4}, {2, 3, 4}, fixed_layout = true},
  {'nn.View(-1):setNumInputDims(2)', {3, 4}, {2, 3, 4}, batch = true, fixed_layout = true},
  {'nn.Select(2, -1)', M, I}, {'nn.Narrow(2, 2, 2)', M, I}, {'nn.Narrow(-1, 1, -2)', M, I},
  {'nn.LookupTable(6, 3)', {4}, {2, 4}, indices = 6, batch = true},
  {'nn.MM()', {{2, 3}, {3, 4}}, {{2, 2, 3}, {2, 3, 4}}},
  {'nn.MM(true, true)', {{3, 2}, {4, 3}}, {{2, 3, 2}, {2, 4, 3}}},
  {'nn.MM(true, false)', {{3, 2}, {3, 4}}}, {'nn.MM(false, true)', {{2, 2, 3}, {2, 4, 3}}},
  {'nn.MV()', {{2, 3}, {3}}, {{2, 2, 3}, {2, 3}}},
  {'nn.MV(true)', {{3, 2}, {3}}, {{2, 3, 2}, {2, 3}}},
  {'nn.DotProduct()', {{4}, {4}}, {{3, 4}, {3, 4}}},
  {'nn.CAddTable()', {{4}, {4}, {4}}, {{2, 3}, {2, 3}}, inplace = 'nn.CAddTable(true)'},
  {'nn.CSubTable()', {{2, 3}, {2, 3}}}, {'nn.CMulTable()', {{4}, {4}, {4}}, {{2, 3}}},
  {'nn.CDivTable()', {{2, 3}, {2, 3}}, positive = true},
  {'nn.CMaxTable()', {{2, 3}, {2, 3}, {2, 3}}}, {'nn.CMinTable()', {{2, 3}, {2, 3}, {2, 3}}},
  {'nn.JoinTable(1)', {{2, 3}, {4, 3}}}, {'nn.JoinTable(1, 1)', {{2}, {3}}, {{2, 2}, {2, 3}}},
  {'nn.SplitTable(2)', M, I}, {'nn.SplitTable(1, 2)', M, I}, {'nn.SplitTable(-1)', M},
  {'nn.FlattenTable()', {{{2}, {3, 2}}, {{2}, {{1}, {2}}}}},
  {'nn.SelectTable(2)', {{2, 3}, {4}}}, {'nn.SelectTable(-1)', {{2, 3}, {{4}, {2}}}},
  {'nn.NarrowTable(2, 2)', {{2}, {3}, {4}, {1}}},
  {'nn.Sequential():add(nn.Linear(4, 3)):add(nn.Tanh()):add(nn.Linear(3, 2))', {4}, M,
    batch = true},
  {'nn.Concat(2):add(nn.Linear(4, 3)):add(nn.Tanh())', M},
  {'nn.Concat(-1):add(nn.Linear(4, 3)):add(nn.Tanh())', {4}, M, batch = true},
  {'nn.ConcatTable():add(nn.Linear(4, 3)):add(nn.Tanh())', {4}, M},
  {'nn.ConcatTable():add(nn.Identity()):add(nn.SelectTable(1))', {{2}, {3}}},
  {'nn.ParallelTable():add(nn.Linear(4, 3)):add(nn.Tanh())', {{4}, {2, 2}}},
  {'nn.MapTable(nn.Linear(4, 3))', {{2, 4}, {4}, {3, 4}}},
  {'nn.MapTable(nn.Linear(4, 3), false)', {{2, 4}, {4}}},
  {'nn.Parallel(1, 1):add(nn.Linear(4, 3)):add(nn.Linear(4, 2))', {2, 4}},
  {'nn.Parallel(2, -1):add(nn.Linear(4, 3)):add(nn.Linear(4, 2))', {3, 2, 4}},
  {'nn.Bottle(nn.Linear(4, 3))', {2, 4}, {2, 3, 4}, batch = true},
  {'nn.Bottle(nn.Sum(2), 2, 1)', {2, 3, 4}, batch = true},
  {'nn.Decorator(nn.Linear(4, 3))', {4}, M, batch = true},
  {'nn.L1Penalty(0)', {4}, M, batch = true},
}
for _, list in ipairs {'nn.pooling_rows', 'nn.gradients_layers', 'nn.recurrent_rows',
  'nn.attention_rows'} do
  for _, row in ipairs(require(list)) do rows[#rows + 1] = row end
end

for _, row in ipairs(require 'nn.convolution_rows') do rows[#rows + 1] = row end

--- A random input of a shape of a row.
function rows.input(shape, row)
  if type(shape[1]) == 'table' then
    local list = {}
    for i, s in ipairs(shape) do list[i] = rows.input(s, row) end
    return list
  end
  local size = torch.LongStorage(shape)
  if row.indices then return torch.LongTensor():resize(size):random(1, row.indices):double() end
  if row.positive then return torch.Tensor(size):uniform(0.5, 2) end
  return torch.randn(size)
end

return rows
