-- Layers of cudnn on tensors of the CPU: what they compute, their conversion to nn and back, and
-- files of the original package read without a GPU.

local torch = require 'torch'
local helpers = require 'helpers'
local nn = require 'nn'
local cudnn = require 'cudnn.classes'
local convert = require 'cudnn.convert'

-- Numbers or tensors.
local function near(got, want, tol, what)
  if type(got) == 'number' then return assert.is_true(helpers.near(got, want, tol), what) end
  helpers.assert_near(got, want, tol, what or '')
end

-- Output, gradInput and gradients of a module for an input and a gradient drawn once.
local function results(m, x)
  torch.manualSeed(5)
  m:zeroGradParameters()
  local y = m:forward(x):clone()
  local g = torch.randn(y:size())
  local out = {y, m:backward(x, g):clone()}
  for _, gradient in ipairs(select(2, m:parameters()) or {}) do out[#out + 1] = gradient:clone() end
  return out
end

local function same(got, want)
  assert.are.equal(#want, #got)
  for i = 1, #want do near(got[i], want[i], 1e-12, 'result ' .. i) end
end

-- A module of cudnn, the one of nn that computes the same, sizes of an input.
local pairs_of = {
  {cudnn.SpatialConvolution(4, 6, 3, 2, 2, 1, 1), nn.SpatialConvolution(4, 6, 3, 2, 2, 1, 1, 0),
    {2, 4, 6, 7}},
  {cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 1, 1, 2),
    nn.SpatialConvolution(4, 6, 3, 3, 1, 1, 1, 1, 2), {4, 6, 7}},
  {cudnn.SpatialFullConvolution(3, 4, 3, 3, 2, 2, 1, 1, 1, 1),
    nn.SpatialFullConvolution(3, 4, 3, 3, 2, 2, 1, 1, 1, 1), {2, 3, 4, 5}},
  {cudnn.VolumetricFullConvolution(3, 2, 2, 2, 2), nn.VolumetricFullConvolution(3, 2, 2, 2, 2),
    {3, 3, 4, 5}},
  {cudnn.SpatialDilatedConvolution(3, 2, 2, 2, 1, 1, 0, 0, 2, 2),
    nn.SpatialDilatedConvolution(3, 2, 2, 2, 1, 1, 0, 0, 2, 2), {3, 6, 7}},
  {cudnn.VolumetricDilatedConvolution(2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2, 2, 2),
    nn.VolumetricDilatedConvolution(2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2, 2, 2), {2, 5, 5, 6}},
  {cudnn.VolumetricConvolution(2, 3, 2, 3, 2, 1, 1, 1, 1),
    nn.VolumetricConvolution(2, 3, 2, 3, 2, 1, 1, 1, 1, 0, 0), {2, 4, 5, 6}},
  {cudnn.TemporalConvolution(4, 3, 2, 2), nn.TemporalConvolution(4, 3, 2, 2), {2, 7, 4}},
  {cudnn.TemporalConvolution(4, 3, 3, 1, 2),
    nn.Sequential():add(nn.Padding(2, -2, 3)):add(nn.Padding(2, 2, 3))
      :add(nn.TemporalConvolution(4, 3, 3)), {2, 7, 4}},
  {cudnn.SpatialMaxPooling(3, 2), nn.SpatialMaxPooling(3, 2), {2, 3, 6, 7}},
  {cudnn.SpatialAveragePooling(3, 2):ceil(), nn.SpatialAveragePooling(3, 2, 3, 2):ceil(),
    {2, 3, 6, 7}},
  {cudnn.SpatialAveragePooling(3, 3, 1, 1, 1, 1):setCountExcludePad(),
    nn.SpatialAveragePooling(3, 3, 1, 1, 1, 1):setCountExcludePad(), {3, 6, 7}},
  {cudnn.VolumetricMaxPooling(2, 3, 2), nn.VolumetricMaxPooling(2, 3, 2), {3, 4, 6, 7}},
  {cudnn.VolumetricAveragePooling(2, 3, 2), nn.VolumetricAveragePooling(2, 3, 2), {3, 4, 6, 7}},
  {cudnn.ReLU(), nn.ReLU(), {3, 4}},
  {cudnn.Tanh(), nn.Tanh(), {3, 4}},
  {cudnn.Sigmoid(), nn.Sigmoid(), {3, 4}},
  {cudnn.ClippedReLU(0.5), nn.Clamp(0, 0.5), {3, 4}},
  {cudnn.SoftMax(), nn.SoftMax(), {3, 4}},
  {cudnn.LogSoftMax(), nn.LogSoftMax(), {3, 4}},
  {cudnn.SpatialSoftMax(true), nn.SpatialSoftMax(), {2, 3, 4, 5}},
  {cudnn.SpatialLogSoftMax(), nn.SpatialLogSoftMax(), {3, 4, 5}},
  {cudnn.SpatialCrossMapLRN(), nn.SpatialCrossMapLRN(5), {2, 7, 3, 4}},
  {cudnn.BatchNormalization(4), nn.BatchNormalization(4), {5, 4}},
  {cudnn.SpatialBatchNormalization(4, 1e-3), nn.SpatialBatchNormalization(4, 1e-3), {5, 4, 2, 3}},
  {cudnn.VolumetricBatchNormalization(4), nn.VolumetricBatchNormalization(4), {5, 4, 2, 3, 2}},
}

local function share(to, from)
  for i, p in ipairs(from:parameters() or {}) do (to:parameters())[i]:copy(p) end
end

describe('layers of cudnn', function()
  for i, row in ipairs(pairs_of) do
    it(i .. ' ' .. torch.type(row[1]) .. ' computes what nn does, after clone and convert too',
      function()
        local here, there = row[1], row[2]
        share(here, there)
        local x = torch.randn(unpack(row[3]))
        local want = results(there, x)
        same(results(here, x), want)
        same(results(here:clone(), x), want)
        local converted = convert.convert(here:clone(), nn)
        same(results(converted, x), want)
        if torch.type(there) ~= 'nn.Sequential' then
          assert.are.equal(torch.type(there), torch.type(converted))
          assert.is_nil(rawget(converted, 'iSize'))
        end
        if torch.type(converted):find('^nn') and not cudnn[torch.type(here):sub(7)].ceiling then
          same(results(convert.convert(converted:clone(), cudnn), x), want)
        end
      end)
  end

  it('keep the sizes of input and output', function()
    local m = cudnn.SpatialConvolution(2, 3, 3, 3)
    m:forward(torch.randn(2, 5, 6))
    assert.are.same({1, 2, 5, 6}, m.iSize:totable())
    assert.are.same({1, 3, 3, 4}, m.oSize:totable())
    assert.is_nil(m:clearDesc().oSize)
    m:setMode('a', nil, 'c'):setMode(nil, 'b')
    assert.are.same({'a', 'b', 'c', true}, {m.fmode, m.bdmode, m.bwmode, m:fastest().fastest_mode})
    assert.is_nil(m:resetMode().fmode)
    assert.is_false(m:resetWeightDescriptors():fastest(false).fastest_mode)
  end)

  it('are written with the fields of the original', function()
    local m = cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 0, 0, 2)
    m:forward(torch.randn(4, 5, 5))
    local pool = cudnn.SpatialMaxPooling(2, 2)
    pool:forward(torch.randn(4, 5, 5))
    local lstm = cudnn.LSTM(2, 3):double()
    lstm:forward(torch.randn(1, 1, 2))
    local text = torch.serialize({m, pool, lstm}, 'ascii')
    for _, field in ipairs {'groups', 'iSize', 'ceil_mode', 'numLayers', 'hiddenOutput'} do
      assert.is_truthy(text:find('\n' .. field .. '\n', 1, true), field)
    end
    for _, field in ipairs {'nGroup', 'indices', 'engine', 'given', 'nn.SequenceLSTM'} do
      assert.is_nil(text:find('\n' .. field .. '\n', 1, true), field)
    end
  end)

  it('SoftMax and LogSoftMax take images as a whole, as the original does', function()
    local x = torch.randn(2, 3, 4, 5)
    for name, flat in pairs {SoftMax = nn.SoftMax(), LogSoftMax = nn.LogSoftMax()} do
      local m = cudnn[name]()
      for _ = 1, 2 do
        near(m:forward(x):view(2, -1), flat:forward(x:view(2, -1)), 1e-12, name)
        local g = torch.randn(2, 3, 4, 5)
        near(m:backward(x, g):view(2, -1), flat:backward(x:view(2, -1), g:view(2, -1)), 1e-12,
          name)
      end
      near(m:forward(x[1]):sum(), flat:forward(x[1]:view(-1)):sum(), 1e-12, name)
    end
  end)

  it('of volumes are those of images', function()
    local x, target = torch.randn(2, 3, 2, 4, 5), torch.LongTensor(2, 2, 4, 5):random(1, 3)
    for name, other in pairs {VolumetricSoftMax = 'SpatialSoftMax',
      VolumetricLogSoftMax = 'SpatialLogSoftMax'} do
      local got = results(cudnn[name](), x)
      near(got[1], nn[other]():forward(x:view(2, 3, 8, 5)):viewAs(x), 1e-12, name)
    end
    local criterion, flat = cudnn.VolumetricCrossEntropyCriterion(), nn.CrossEntropyCriterion()
    local rows = x:permute(1, 3, 4, 5, 2):contiguous():view(-1, 3)
    near(criterion:forward(x, target), flat:forward(rows, target:view(-1)), 1e-12)
    near(criterion:backward(x, target):permute(1, 3, 4, 5, 2):contiguous():view(-1, 3),
      flat:backward(rows, target:view(-1)), 1e-12, 'gradInput')
    local spatial = cudnn.SpatialCrossEntropyCriterion(torch.Tensor {1, 2, 3})
    spatial.sizeAverage = false
    assert.has_error(function() spatial:forward(x, target) end)
    near(spatial:forward(x:view(2, 3, 8, 5), target:view(2, 8, 5)),
      nn.CrossEntropyCriterion(torch.Tensor {1, 2, 3}, false):forward(rows, target:view(-1)), 1e-12)
  end)

  it('pool volumes with padding', function()
    local x = torch.randn(2, 3, 4, 4)
    local m = cudnn.VolumetricAveragePooling(3, 3, 3, 1, 1, 1, 1, 1, 1)
    local y = m:forward(x)
    assert.are.same({2, 3, 4, 4}, y:size():totable())
    near(y[1][1][1][1], x[1]:narrow(1, 1, 2):narrow(2, 1, 2):narrow(3, 1, 2):sum() / 27, 1e-12)
    assert.are.equal(m, convert.convert(m, nn)) -- nn has none with padding
  end)

  it('refuse what the original refuses', function()
    for _, f in ipairs {
      function() cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 0, 0, 4) end,
      function() cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 0, 0, 0) end,
      function() cudnn.ClippedReLU() end, function() cudnn.ReLU(1) end,
      function() cudnn.SpatialCrossMapLRN(17) end, function() cudnn.LSTM(3) end,
      function() cudnn.SpatialSoftMax():forward(torch.randn(1, 1, 1, 1, 1)) end,
      function() convert.convert(nn.ReLU(), {}) end, function() convert.convert(3, nn) end,
      function() convert.convert(nn.ReLU(), nn, 1) end,
    } do
      assert.has_error(f)
    end
  end)
end)

describe('recurrent layers of cudnn', function()
  local kinds = {
    {'RNNReLU', 'SequenceRNN', {nonlinearity = 'relu'}}, {'RNNTanh', 'SequenceRNN', {}},
    {'LSTM', 'SequenceLSTM', {}}, {'GRU', 'SequenceGRU', {}},
    {'BLSTM', 'SequenceLSTM', {bidirectional = true}},
    {'BGRU', 'SequenceGRU', {bidirectional = true}},
  }

  -- Gives a module of nn the weights of one of cudnn through the lists of matrices and biases.
  local function copy_weights(to, from)
    local matrices, biases = from:weights(), from:biases()
    for slot, list in ipairs(matrices) do
      local gates = #list / 2
      local views = to:weights(math.floor((slot - 1) / to.directions) + 1,
        (slot - 1) % to.directions + 1)
      for i, m in ipairs(list) do
        local place = i <= gates and views.input or views.hidden
        local bias = i <= gates and views.inputBias or views.hiddenBias
        local first = (i - 1) % gates * from.hiddenSize + 1
        place:narrow(1, first, from.hiddenSize):copy(m)
        bias:narrow(1, first, from.hiddenSize):copy(biases[slot][i])
      end
    end
  end

  for _, row in ipairs(kinds) do
    it(row[1] .. ' computes what nn.' .. row[2] .. ' does', function()
      local m = cudnn[row[1]](3, 4, 2):double()
      m:reset()
      local options = {layers = 2}
      for name, value in pairs(row[3]) do options[name] = value end
      local other = nn[row[2]](3, 4, options)
      copy_weights(other, m)
      local x = torch.randn(5, 2, 3)
      local got, want = results(m, x), results(other, x)
      near(got[1], want[1], 1e-12, 'output')
      near(got[2], want[2], 1e-12, 'gradInput')
      local of_gradients, arranged = m:clone(), other:clone()
      of_gradients.weight:copy(got[3])
      copy_weights(arranged, of_gradients)
      near(arranged.weight, want[3], 1e-12, 'gradient')
      near(m.hiddenOutput, other.hiddenState, 1e-12, 'last states')
      same(results(m:clone(), x), got)
      local state = torch.randn(other.directions * 2, 2, 4)
      m.hiddenInput = state
      near(m:forward(x), other:forward({x, state}), 1e-12, 'output after a state')
      m:backward(x, torch.ones(m.output:size()))
      near(m.gradHiddenInput, other:backward({x, state}, torch.ones(m.output:size()))[2], 1e-12,
        'gradient of the state')
      m:resetStates()
      near(m:forward(x), got[1], 1e-12, 'output')
    end)
  end

  it('keep weights in the order of the original: matrices first, then biases', function()
    local m = cudnn.LSTM(3, 4, 2):double()
    local total = 4 * 4 * (3 + 4 + 4 + 4) + 4 * 8 * 2
    assert.are.equal(total, m.weight:nElement())
    m.weight:range(1, total)
    local matrices, biases = m:weights(), m:biases()
    assert.are.equal(1, matrices[1][1][1])
    assert.are.equal(4 * 4 * 3 + 1, matrices[1][5][1])
    assert.are.equal(4 * 4 * 7 + 1, matrices[2][1][1])
    assert.are.equal(4 * 4 * 15 + 1, biases[1][1][1])
    assert.are.equal(total, biases[2][8][4])
  end)

  it('remember states, and take batches first', function()
    local m = cudnn.GRU(3, 4, 1, true, 0, true):double()
    local x = torch.randn(2, 6, 3)
    local whole = m:forward(x):clone()
    m:resetStates()
    m:forward(x:narrow(2, 1, 2))
    near(m:forward(x:narrow(2, 3, 4)), whole:narrow(2, 3, 4), 1e-12, 'second part')
    assert.are.same({2, 4}, {m.miniBatch, m.seqLength})
  end)

  it('do not take numbers from the random stream when they are loaded', function()
    local m = cudnn.LSTM(3, 4):double():clone()
    torch.manualSeed(3)
    local want = torch.uniform()
    torch.manualSeed(3)
    m:forward(torch.zeros(1, 1, 3))
    assert.are.equal(want, torch.uniform())
  end)
end)
