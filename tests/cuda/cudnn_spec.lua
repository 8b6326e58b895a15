-- The package cudnn on GPUs: its layers against themselves on the CPU, conversion, settings, files.

local torch = require 'torch'
local device = require 'cuda.device'
local helpers = require 'helpers'
local nn = require 'nn'

local near = helpers.assert_near

describe('cudnn', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  local cudnn = require 'cudnn'

  -- Output, gradInput and gradients, on the CPU in float.
  local function results(m, x, g)
    m:zeroGradParameters()
    local out = {m:forward(x):float(), m:backward(x, g):float()}
    for _, p in ipairs(select(2, m:parameters()) or {}) do out[#out + 1] = p:float() end
    return out
  end

  local rows = {
    {function() return cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 1, 1, 2) end, {2, 4, 6, 7}},
    {function() return cudnn.SpatialFullConvolution(3, 4, 3, 3, 2, 2, 1, 1) end, {2, 3, 4, 5}},
    {function() return cudnn.VolumetricConvolution(2, 3, 2, 3, 2, 1, 1, 1, 1) end, {2, 4, 5, 6}},
    {function() return cudnn.TemporalConvolution(4, 3, 3, 1, 2) end, {2, 7, 4}},
    {function() return cudnn.SpatialMaxPooling(3, 2) end, {2, 3, 6, 7}},
    {function() return cudnn.SpatialAveragePooling(3, 2, 2, 2, 1, 1) end, {2, 3, 6, 7}},
    {function() return cudnn.VolumetricMaxPooling(2, 2, 2) end, {3, 4, 6, 7}},
    {function() return cudnn.VolumetricAveragePooling(2, 2, 2, 1, 1, 1, 1, 1, 1) end,
      {3, 4, 6, 7}},
    {function() return cudnn.ReLU() end, {3, 4}},
    {function() return cudnn.Tanh() end, {3, 4}},
    {function() return cudnn.Sigmoid() end, {3, 4}},
    {function() return cudnn.ClippedReLU(0.5) end, {3, 4}},
    {function() return cudnn.SoftMax() end, {3, 4, 2, 2}},
    {function() return cudnn.LogSoftMax() end, {3, 4}},
    {function() return cudnn.SpatialSoftMax() end, {2, 3, 4, 5}},
    {function() return cudnn.SpatialLogSoftMax() end, {3, 4, 5}},
    {function() return cudnn.VolumetricSoftMax() end, {2, 3, 4, 5, 2}},
    {function() return cudnn.VolumetricLogSoftMax() end, {3, 4, 5, 2}},
    {function() return cudnn.SpatialCrossMapLRN() end, {2, 7, 3, 4}},
    {function() return cudnn.BatchNormalization(4) end, {5, 4}},
    {function() return cudnn.SpatialBatchNormalization(4) end, {5, 4, 2, 3}},
    {function() return cudnn.VolumetricBatchNormalization(4) end, {5, 4, 2, 3, 2}},
    {function() return cudnn.RNNReLU(3, 4, 2) end, {5, 2, 3}},
    {function() return cudnn.RNNTanh(3, 4) end, {5, 2, 3}},
    {function() return cudnn.LSTM(3, 4, 2, true) end, {2, 5, 3}},
    {function() return cudnn.GRU(3, 4) end, {5, 2, 3}},
    {function() return cudnn.BLSTM(3, 4, 2) end, {5, 2, 3}},
    {function() return cudnn.BGRU(3, 4) end, {5, 2, 3}},
  }

  for _, row in ipairs(rows) do
    local there = row[1]()
    it(torch.type(there) .. ' like on the CPU, converted and from a file too', function()
      there:cuda()
      local here = there:clone():float()
      local x = torch.randn(unpack(row[2])):float()
      local g = torch.randn(here:forward(x):size()):float()
      local want = results(here, x, g)
      local name = os.tmpname()
      finally(function() os.remove(name) end)
      torch.save(name, there)
      local from_file = torch.load(name)
      assert.are.equal(torch.type(there), torch.type(from_file))
      local on_cpu = torch.load(name, 'binary', {cpu = true})
      assert.are.equal('torch.FloatTensor', on_cpu:type())
      for _, m in ipairs {there, from_file} do
        for i, got in ipairs(results(m, x:cuda(), g:cuda())) do near(got, want[i], 1e-4, i) end
      end
      if torch.type(there) ~= 'cudnn.SoftMax' then -- nn's is over features only
        near(on_cpu:forward(x), want[1], 1e-4, 'output on the CPU')
      end
    end)
  end

  it('has criterions', function()
    local x, target = torch.randn(2, 3, 4, 5), torch.LongTensor(2, 4, 5):random(1, 3)
    for name, sizes in pairs {SpatialCrossEntropyCriterion = {2, 3, 4, 5},
      VolumetricCrossEntropyCriterion = {2, 3, 2, 2, 5}} do
      local here, there = cudnn[name](), cudnn[name]():cuda()
      local input = x:view(unpack(sizes)):float()
      local classes = target:view(2, unpack(sizes, 3))
      here:float()
      local want = here:forward(input, classes)
      assert.is_true(math.abs(there:forward(input:cuda(), classes:cudaLong()) - want) < 1e-5)
      near(there:backward(input:cuda(), classes:cudaLong()):float(),
        here:backward(input, classes), 1e-5, name)
    end
  end)

  it('converts a network and back', function()
    local net = nn.Sequential():add(nn.SpatialConvolution(3, 4, 3, 3)):add(nn.ReLU())
      :add(nn.SpatialAveragePooling(2, 2, 2, 2)):cuda()
    local x = torch.randn(2, 3, 6, 6):cuda()
    local want = net:forward(x):float()
    assert.are.equal(net, cudnn.convert(net, cudnn))
    for i, name in ipairs {'SpatialConvolution', 'ReLU', 'SpatialAveragePooling'} do
      assert.are.equal('cudnn.' .. name, torch.type(net:get(i)))
    end
    near(net:forward(x):float(), want, 1e-5, 'cudnn')
    near(cudnn.convert(net, nn):forward(x):float(), want, 1e-5, 'nn')
    assert.are.equal('nn.ReLU', torch.type(net:get(2)))
  end)

  it('has settings', function()
    assert.are.equal(cudnn, rawget(_G, 'cudnn'))
    assert.is_true(cudnn.version >= 5000)
    assert.are.same({false, false, false, false},
      {cudnn.benchmark, cudnn.fastest, cudnn.verbose, cudnn.useFindEx})
    assert.are.equal('CUDNN_DATA_FLOAT', cudnn.configmap('torch.CudaHalfTensor'))
    cudnn.configureMath {['torch.CudaHalfTensor'] = 'CUDNN_DATA_HALF'}
    assert.are.equal('CUDNN_DATA_HALF', cudnn.configmap('torch.CudaHalfTensor'))
    cudnn.configureMath()
    assert.are.equal('CUDNN_DATA_FLOAT', cudnn.configmap('torch.CudaHalfTensor'))
    assert.has_error(function() cudnn.configureMath {['torch.CudaTensor'] = 'FLOAT'} end)
    assert.has_error(function() cudnn.configureMath(1) end)
    assert.are.same({2, 4, 8}, {cudnn.sizeof(torch.CudaHalfTensor(1)),
      cudnn.sizeof(torch.CudaTensor(1)), cudnn.sizeof(torch.CudaDoubleTensor(1))})
    assert.has_error(function() cudnn.sizeof(torch.FloatTensor(1)) end)
    assert.has_error(function() cudnn.sizeof(3) end)
    cudnn.reset()
  end)
end)
