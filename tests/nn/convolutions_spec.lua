-- Convolution modules beyond gradients_spec and golden_spec: fields, saving, types, clearState, and
-- how they relate to each other.

local torch = require 'torch'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
require 'nn'

local function construct(text)
  torch.manualSeed(5)
  return assert(loadstring('return ' .. text))()
end

-- {constructor, sizes of an input, fields of the original beside the usual ones and buffers}
local spatial = 'nInputPlane nOutputPlane kW kH dW dH padW padH '
local volumetric = 'nInputPlane nOutputPlane kT kW kH dT dW dH padT padW padH finput fgradInput '
local modules = {
  {'nn.SpatialConvolutionMM(2, 3, 3, 2)', {2, 4, 5}, spatial .. 'finput fgradInput'},
  {'nn.SpatialDilatedConvolution(2, 3, 2, 2, 1, 1, 0, 0, 2, 2)', {2, 4, 5},
    spatial .. 'dilationW dilationH'},
  {'nn.SpatialFullConvolution(2, 3, 3, 2, 2, 2, 1, 0, 1, 0)', {2, 4, 5},
    spatial .. 'adjW adjH ones'},
  {'nn.SpatialConvolutionMap(nn.tables.full(2, 3), 2, 2)', {2, 4, 5},
    'connTable nInputPlane nOutputPlane kW kH dW dH'},
  {'nn.SpatialFullConvolutionMap(nn.tables.full(2, 3), 2, 2)', {2, 4, 5},
    'connTable nInputPlane nOutputPlane kW kH dW dH'},
  {'nn.SpatialConvolutionLocal(2, 3, 5, 4, 3, 2)', {2, 4, 5},
    spatial .. 'iW iH oW oH finput fgradInput'},
  {'nn.SpatialDepthWiseConvolution(2, 3, 3, 2)', {2, 4, 5}, spatial .. 'depthwiseMultiplier'},
  {'nn.SpatialSubSampling(2, 3, 2)', {2, 4, 5}, 'nInputPlane kW kH dW dH'},
  {'nn.TemporalConvolution(3, 4, 2)', {6, 3}, 'inputFrameSize outputFrameSize kW dW'},
  {'nn.TemporalRowConvolution(3, 2)', {6, 3}, 'inputFrameSize kW dW featFirst'},
  {'nn.TemporalSubSampling(3, 2)', {6, 3}, 'inputFrameSize kW dW'},
  {'nn.VolumetricConvolution(2, 3, 2, 3, 2)', {2, 3, 4, 5}, volumetric},
  {'nn.VolumetricDilatedConvolution(2, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2, 2, 2)', {2, 3, 4, 5},
    volumetric .. 'dilationT dilationW dilationH'},
  {'nn.VolumetricFullConvolution(2, 3, 2, 3, 2)', {2, 3, 4, 5},
    volumetric .. 'adjT adjW adjH ones'},
}

local function input_of(sizes) return torch.randn(torch.LongStorage(sizes)) end

local function one_step(m, x)
  local output = m:forward(x)
  return jacobian.step(m, x, output:clone():fill(1):cumsum(1))
end

describe('convolutions:', function()
  for _, row in ipairs(modules) do
    local text, sizes, fields = unpack(row)

    it(text .. ' has the fields of Torch7', function()
      local m, want = construct(text), {}
      local usual = ' gradInput output _type weight bias gradWeight gradBias'
      for field in (fields .. usual):gmatch('%S+') do want[#want + 1] = field end
      local got = {}
      for field in pairs(m) do got[#got + 1] = field end
      table.sort(want)
      table.sort(got)
      assert.are.same(want, got)
    end)

    it(text .. ' works after clearState, clone, saving and a change of type', function()
      local m = construct(text)
      local x = input_of(sizes)
      local want = one_step(m, x)
      assert.are.equal(m, m:clearState())
      assert.are.equal(0, m.output:nElement())
      jacobian.assert_same_step(one_step(m, x), want, 0, 'after clearState')
      jacobian.assert_same_step(one_step(m:clone(), x), want, 0, 'clone')
      local ascii = torch.deserialize(torch.serialize(m, 'ascii'), 'ascii')
      jacobian.assert_same_step(one_step(ascii, x), want, 1e-12, 'saved')
      jacobian.assert_same_step(one_step(m:float():double(), x), want, 1e-5, 'float and back')
    end)

    it(text .. ' computes in half precision', function()
      local m = construct(text)
      local x = input_of(sizes):half():double()
      m:half():double()
      local want = one_step(m, x)
      local got = one_step(m:half(), x:half())
      for _, field in ipairs {'output', 'gradInput'} do
        assert.are.equal('torch.HalfTensor', got[field]:type())
        local scale = torch.abs(want[field]):max()
        helpers.assert_near(got[field]:double():div(scale), want[field] / scale, 4e-3, field)
      end
    end)

    it(text .. ' shares parameters', function()
      local a, b = construct(text), construct(text)
      b:reset(0.1)
      b:share(a, 'weight', 'bias', 'gradWeight', 'gradBias')
      local x = input_of(sizes)
      a:getParameters()
      b:share(a, 'weight', 'bias', 'gradWeight', 'gradBias')
      helpers.assert_near(b:forward(x), a:forward(x), 0, 'output')
      a.weight:fill(0.5)
      helpers.assert_near(b:forward(x), a:forward(x), 0, 'output after a change')
    end)
  end

  it('a full convolution is the transpose of a convolution', function()
    local pairs_of = {
      {nn.SpatialConvolution(2, 3, 3, 2, 2, 3, 1, 1), nn.SpatialFullConvolution(3, 2, 3, 2, 2, 3, 1,
        1, 1, 2), {2, 2, 8, 6}},
      {nn.VolumetricConvolution(2, 3, 2, 3, 2, 2, 1, 3, 1, 0, 1), nn.VolumetricFullConvolution(3, 2,
        2, 3, 2, 2, 1, 3, 1, 0, 1, 1, 0, 2), {2, 2, 5, 8, 6}},
    }
    for _, case in ipairs(pairs_of) do
      local conv, full = case[1]:noBias(), case[2]:noBias()
      full.weight:copy(conv.weight)
      local x = input_of(case[3])
      local y = torch.randn(conv:forward(x):size())
      assert.are.same(x:size():totable(), full:forward(y):size():totable())
      assert.is_true(math.abs(conv.output:dot(y) - full.output:dot(x)) < 1e-10)
    end
  end)

  it('a full convolution takes tensors and tables by turns', function()
    local m = nn.SpatialFullConvolution(2, 3, 3, 3, 2, 2)
    local x, target = torch.randn(2, 4, 4), torch.randn(1, 10, 10)
    local want = one_step(m, x)
    assert.are.same({3, 10, 10}, m:forward({x, target}):size():totable())
    local gradInput = m:backward({x, target}, m.output)
    assert.are.same({1, 10, 10}, gradInput[2]:size():totable())
    assert.are.equal(0, gradInput[2]:sum())
    jacobian.assert_same_step(one_step(m, x), want, 0, 'after a table')
    m:backward({x, target}, m:forward({x, target}))
    m:clearState()
    assert.are.same({2, 4, 4}, m:backward({x, target}, m:forward({x, target}))[1]:size():totable())
  end)

  it('nn.SpatialConvolutionMM is nn.SpatialConvolution', function()
    local mm, conv = nn.SpatialConvolutionMM(3, 4, 2, 3, 1, 2, 1), nn.SpatialConvolution(3, 4, 2, 3,
      1, 2, 1)
    conv.weight:copy(mm.weight)
    conv.bias:copy(mm.bias)
    local x = torch.randn(2, 3, 5, 6)
    helpers.assert_near(mm:forward(x), conv:forward(x), 0, 'output')
  end)

  it('nn.TemporalConvolution convolves along the frames of an image', function()
    for _, case in ipairs {{3, 4, 3, 1, 9}, {3, 4, 3, 2, 9}, {2, 5, 2, 3, 11}, {40, 3, 3, 1, 8},
        {40, 3, 5, 2, 12}, {40, 3, 1, 1, 5}, {33, 2, 3, 3, 100}, {4, 3, 3, 7, 5}} do
      local size, out, kW, dW, frames = unpack(case)
      local m = nn.TemporalConvolution(size, out, kW, dW)
      local conv = nn.SpatialConvolution(1, out, size, kW, 1, dW)
      conv.weight:copy(m.weight)
      conv.bias:copy(m.bias)
      local x = torch.randn(3, frames, size)
      local image = x:view(3, 1, frames, size)
      local want = conv:forward(image):select(4, 1):transpose(2, 3)
      helpers.assert_near(m:forward(x), want, 1e-12, 'output')
      local g = torch.randn(want:size())
      conv:zeroGradParameters()
      local rows = g:transpose(2, 3):contiguous():view(conv.output:size())
      local gradInput = conv:backward(image, rows)
      helpers.assert_near(m:backward(x, g), gradInput:viewAs(x), 1e-12, 'gradInput')
      helpers.assert_near(m.gradWeight, conv.gradWeight:view(out, kW * size), 1e-11, 'gradWeight')
      helpers.assert_near(m.gradBias, conv.gradBias, 1e-12, 'gradBias')
    end
  end)

  it('a table of connections leaves planes out, and adds kernels named twice', function()
    local connTable = torch.Tensor {{1, 2}, {3, 1}, {1, 2}}
    for _, class in ipairs {'SpatialConvolutionMap', 'SpatialFullConvolutionMap'} do
      local m = nn[class](connTable, 1, 1)
      assert.are.equal(3, m.nInputPlane)
      assert.are.equal(2, m.nOutputPlane)
      m.weight:copy(torch.Tensor {2, 3, 5})
      m.bias:copy(torch.Tensor {10, 20})
      local x = torch.randn(4, 2, 2)
      local y = m:forward(x)
      helpers.assert_near(y[1], x[3] * 3 + 10, 1e-12, 'first plane')
      helpers.assert_near(y[2], x[1] * 7 + 20, 1e-12, 'second plane')
      local g = m:backward(x, torch.ones(2, 2, 2))
      assert.are.same({7, 0, 3, 0}, {g[1][1][1], g[2][1][1], g[3][2][1], g[4][2][2]})
      m:decayParameters(0.5)
      assert.are.same({1, 1.5, 2.5}, m.weight:view(3):totable())
    end
  end)

  it('weights of a table of connections start in the range of their output', function()
    local connTable = torch.Tensor {{1, 1}, {1, 2}, {2, 2}, {3, 2}, {4, 2}}
    local m = nn.SpatialConvolutionMap(connTable, 10, 10)
    local first, second = m.weight[1]:max(), m.weight:narrow(1, 2, 4):max()
    assert.is_true(first <= 0.1 and first > 0.09)
    assert.is_true(second <= 0.05 and second > 0.045)
    m:reset(1)
    assert.is_true(m.weight:max() > 1.6)
  end)

  it('nn.SpatialDepthWiseConvolution reads models of version 1', function()
    local m = nn.SpatialDepthWiseConvolution(3, 2, 2, 2)
    local old = {nInputPlane = 3, nOutputPlane = 2}
    m:read({readObject = function() return old end}, 1)
    assert.are.equal(2, m.depthwiseMultiplier)
    assert.are.equal(6, m.nOutputPlane)
  end)

  it('nn.SpatialDepthWiseConvolution keeps its parameters where getParameters put them', function()
    local m = nn.SpatialDepthWiseConvolution(2, 3, 2, 2)
    local p, g = m:getParameters()
    local x = torch.randn(2, 4, 4)
    m:forward(x)
    m:backward(x, m.output)
    assert.are.equal(p:storage(), m.weight:storage())
    assert.are.equal(g:storage(), m.gradWeight:storage())
    assert.are.same({3, 2, 2, 2}, m.weight:size():totable())
  end)

  it('early models are brought up to date', function()
    local x = torch.randn(2, 3, 4, 5)
    local mm = nn.SpatialConvolutionMM(3, 2, 2, 2, 1, 1, 1)
    local want = mm:forward(x):clone()
    mm.padW, mm.padH, mm.padding = nil, nil, 1
    helpers.assert_near(mm:forward(x), want, 0, 'one padding')
    local volume = nn.VolumetricConvolution(3, 2, 2, 2, 2)
    local v = torch.randn(3, 3, 4, 5)
    want = volume:forward(v):clone()
    volume.padT, volume.padW, volume.padH = nil, nil, nil
    volume.weight, volume.gradWeight = volume.weight:view(2, 24), volume.gradWeight:view(2, 24)
    helpers.assert_near(volume:forward(v), want, 0, 'a matrix of weights')
    local full = nn.VolumetricFullConvolution(3, 2, 2, 2, 2)
    want = full:forward(v):clone()
    full.weight = full.weight:transpose(1, 2):contiguous()
    full.pT, full.pW, full.pH = 0, 0, 0
    full.padT, full.padW, full.padH, full.adjT, full.adjW, full.adjH = nil, nil, nil, nil, nil, nil
    helpers.assert_near(full:forward(v), want, 0, 'exchanged dimensions')
  end)

  it('say that they have no bias where Torch7 does', function()
    for text, want in pairs {
      ['nn.SpatialConvolutionMM(2, 3, 1, 1)'] = '(2 -> 3, 1x1) without bias',
      ['nn.SpatialDilatedConvolution(2, 3, 1, 1)'] = '(2 -> 3, 1x1, 1,1) without bias',
      ['nn.SpatialDepthWiseConvolution(2, 3, 1, 1)'] = '(2 -> 3, 1x1) without bias',
      ['nn.TemporalRowConvolution(2, 3, 2)'] = '(2, 3, 2) without bias',
      ['nn.VolumetricConvolution(2, 3, 1, 2, 3, 1, 1, 2)'] = '(2 -> 3, 1x2x3, 1,1,2)',
      ['nn.VolumetricDilatedConvolution(2, 3, 1, 2, 3)'] = '(2 -> 3, 1x2x3, 1,1,1)',
      ['nn.VolumetricFullConvolution(2, 3, 1, 2, 3)'] = '(2 -> 3, 1x2x3)',
    } do
      local m = construct(text):noBias()
      assert.are.equal(torch.type(m) .. want, tostring(m))
      assert.are.equal(1, #m:parameters())
    end
  end)
end)

describe('nn.tables', function()
  it('full connects all, inputs first', function()
    assert.are.same({{1, 1}, {2, 1}, {1, 2}, {2, 2}, {1, 3}, {2, 3}},
      nn.tables.full(2, 3):totable())
  end)

  it('oneToOne connects each to itself', function()
    assert.are.same({{1, 1}, {2, 2}, {3, 3}}, nn.tables.oneToOne(3):totable())
  end)

  it('random takes the pieces of random orders', function()
    torch.manualSeed(3)
    local connections = nn.tables.random(7, 5, 3)
    local after = torch.uniform()
    torch.manualSeed(3)
    local orders = {torch.randperm(7), torch.randperm(7), torch.randperm(7)}
    assert.are.equal(torch.uniform(), after)
    for output = 1, 5 do
      local order = orders[math.floor((output - 1) / 2) + 1]
      for i = 1, 3 do
        local row = connections[(output - 1) * 3 + i]
        assert.are.equal(order[(output - 1) % 2 * 3 + i], row[1])
        assert.are.equal(output, row[2])
      end
    end
  end)
end)
