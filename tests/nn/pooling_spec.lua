-- What only pooling, padding, upsampling and local normalization modules do: indices, random
-- regions, sizes, saved models.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local randn = torch.randn

describe('indices of maxima', function()
  local x = torch.Tensor {{{1, 5, 2}, {5, 0, 7}, {3, 7, 7}}}

  it('are places in the plane, of the first of equal elements', function()
    local m = nn.SpatialMaxPooling(2, 2, 1, 1)
    m:forward(x)
    assert.are.same({{{2, 6}, {8, 6}}}, m.indices:totable())
    m = nn.SpatialAdaptiveMaxPooling(2, 2)
    m:forward(x)
    assert.are.same({{{2, 6}, {8, 6}}}, m.indices:totable())
  end)

  it('are places in the volume', function()
    local m = nn.VolumetricMaxPooling(2, 2, 2, 1, 1, 1)
    m:forward(torch.cat(x, x:clone():mul(2), 1):view(1, 2, 3, 3))
    assert.are.same({{{{11, 15}, {17, 15}}}}, m.indices:totable())
  end)

  it('of the k largest keep their order, the first of equal elements', function()
    local m = nn.TemporalDynamicKMaxPooling(3)
    local y = m:forward(torch.Tensor {2, 9, 4, 2, 2, -1}:view(6, 1))
    assert.are.same({2, 9, 4}, y:view(-1):totable())
    assert.are.same({1, 2, 3}, m.indices:view(-1):totable())
    y = m:forward(torch.Tensor {-math.huge, 1, -math.huge, 0, -math.huge}:view(5, 1))
    assert.are.same({1, 2, 4}, m.indices:view(-1):totable())
    assert.are.equal(-math.huge, y[1][1])
  end)

  it('stay integers when a module is converted, cleared or cloned', function()
    for _, m in ipairs {
      nn.SpatialMaxPooling(2, 2), nn.SpatialAdaptiveMaxPooling(2, 2), nn.TemporalMaxPooling(2),
      nn.SpatialFractionalMaxPooling(2, 2, 1, 1), nn.TemporalDynamicKMaxPooling(2),
    } do
      local input = m.kW and not m.kH and x[1] or torch.isTypeOf(m, nn.TemporalDynamicKMaxPooling)
        and x[1] or x
      m:forward(input)
      m:float()
      assert.are.equal('torch.LongTensor', m.indices:type())
      local copy = m:clone()
      m:clearState()
      assert.are.equal(0, m.indices:nElement())
      torch.manualSeed(2)
      local y = m:forward(input:float())
      torch.manualSeed(2)
      assert.are.equal(0, y:dist(copy:forward(input:float())))
      assert.are.equal('torch.FloatTensor', m:backward(input:float(), y):type())
    end
  end)

  it('let NaN win', function()
    local nan = 0 / 0
    local image = torch.Tensor {{{1, nan, 2, 3}}}
    for _, m in ipairs {nn.SpatialMaxPooling(4, 1), nn.SpatialAdaptiveMaxPooling(1, 1)} do
      local y = m:forward(image)
      assert.is_true(y[1][1][1] ~= y[1][1][1])
      assert.are.equal(2, m.indices[1][1][1])
    end
    local y = nn.TemporalDynamicKMaxPooling(2):forward(image:view(4, 1))
    assert.is_true(y[1][1] ~= y[1][1] and y[2][1] == 3)
  end)
end)

describe('fractional pooling', function()
  it('keeps its regions when they are fixed', function()
    torch.manualSeed(5)
    local m, x = nn.SpatialFractionalMaxPooling(2, 2, 5, 5), torch.rand(2, 3, 20, 20)
    local first = m:forward(x):clone()
    assert.is_true(m:forward(x):dist(first) > 0)
    m:fixPoolingRegions()
    first:copy(m.output)
    assert.are.equal(0, m:forward(x):dist(first))
    assert.is_true(m:fixPoolingRegions(false):forward(x):dist(first) > 0)
  end)

  it('takes windows inside the input, the last one at its end', function()
    torch.manualSeed(6)
    for _ = 1, 20 do
      local m = nn.SpatialFractionalMaxPooling(3, 2, 4, 6)
      local y = m:forward(torch.range(1, 15 * 11):view(1, 15, 11))
      assert.are.equal(15 * 11, y[1][6][4])
      for i = 1, 6 do
        for j = 2, 4 do assert.is_true(y[1][i][j] > y[1][i][j - 1]) end
      end
    end
  end)
end)

describe('output sizes', function()
  local cases = {
    {'nn.SpatialDilatedMaxPooling(2, 2, 2, 2, 0, 0, 3, 2):ceil()', {1, 8, 9}, {1, 4, 4}},
    {'nn.VolumetricMaxPooling(2, 2, 2)', {1, 5, 5, 5}, {1, 2, 2, 2}},
    {'nn.VolumetricMaxPooling(2, 2, 2):ceil()', {1, 5, 5, 5}, {1, 3, 3, 3}},
    {'nn.VolumetricMaxPooling(2, 2, 2):ceil():floor()', {1, 5, 5, 5}, {1, 2, 2, 2}},
    {'nn.VolumetricAveragePooling(1, 2, 3)', {2, 1, 4, 7, 7}, {2, 1, 4, 2, 3}},
    {'nn.VolumetricFractionalMaxPooling(2, 2, 2, 3, 5, 4)', {1, 6, 7, 8}, {1, 4, 5, 3}},
    {'nn.VolumetricFractionalMaxPooling(2, 2, 2, 0.5, 0.75, 0.6)', {1, 6, 10, 8}, {1, 3, 7, 4}},
    {'nn.UpSampling({odepth = 4, oheight = 5, owidth = 6}, "linear")', {1, 1, 2, 2, 2},
      {1, 1, 4, 5, 6}},
    {'nn.FeatureLPPooling(3, 2, 2)', {8, 2}, {3, 2}},
    {'nn.TemporalDynamicKMaxPooling(2, 0.5)', {9, 2}, {5, 2}},
  }
  for _, case in ipairs(cases) do
    it('of ' .. case[1], function()
      local m = assert(loadstring('return ' .. case[1]))()
      local y = m:forward(randn(torch.LongStorage(case[2])))
      assert.are.same(case[3], y:size():totable())
    end)
  end
end)

describe('averages', function()
  it('of a whole image are its mean, in any length', function()
    for _, size in ipairs {{1, 1}, {3, 5}, {7, 7}, {20, 33}} do
      local x = randn(4, size[1], size[2])
      local y = nn.SpatialAdaptiveAveragePooling(1, 1):forward(x)
      helpers.assert_near(y:view(4, 1), x:view(4, -1):mean(2), 1e-14, 'mean')
    end
  end)

  it('are the same for any number of threads', function()
    local threads = torch.getnumthreads()
    local x = randn(3, 5, 40, 44):float()
    for _, text in ipairs {
      'SpatialAdaptiveAveragePooling(7, 6)', 'SpatialAdaptiveMaxPooling(7, 6)',
      'SpatialUpSamplingBilinear(2)', 'SpatialCrossMapLRN(5, 0.1)', 'VolumetricMaxPooling(2, 2, 2)',
      'SpatialReflectionPadding(3)', 'SpatialUpSamplingNearest(2)', 'TemporalDynamicKMaxPooling(9)',
    } do
      local m = assert(loadstring('return nn.' .. text))():float()
      local input = text:find('Temporal') and x[1] or x
      local results = {}
      for n = 1, 3, 2 do
        torch.setnumthreads(n)
        local y = m:forward(input):clone()
        results[#results + 1] = {y, m:backward(input, y):clone()}
      end
      torch.setnumthreads(threads)
      assert.are.equal(0, results[1][1]:dist(results[2][1]), text)
      assert.are.equal(0, results[1][2]:dist(results[2][2]), text)
    end
  end)
end)

describe('models of Torch7', function()
  it('have a function in pooling modules with an inverse, which is left out', function()
    local pool = nn.VolumetricMaxPooling(2, 2, 2)
    pool.updateOutput = function() end
    local name = os.tmpname()
    torch.save(name, nn.Sequential():add(pool):add(nn.VolumetricMaxUnpooling(pool)))
    local net = torch.load(name)
    os.remove(name)
    assert.is_nil(rawget(net:get(1), 'updateOutput'))
    assert.are.equal(net:get(1), net:get(2).pooling)
    local x = randn(1, 4, 4, 4)
    local y = net:forward(x)
    assert.are.equal(8, y:ne(0):sum())
    assert.are.equal(0, y:clone():cmul(y:ne(0):double()):csub(x:clone():cmul(y:ne(0):double()))
      :abs():max())
  end)
end)

describe('nn.SpatialSubtractiveNormalization', function()
  it('scales its kernel in place and follows the size and type of its input', function()
    local kernel = torch.ones(3, 3)
    local m = nn.SpatialSubtractiveNormalization(2, kernel)
    assert.is_true(math.abs(kernel:sum() - 0.5) < 1e-15)
    for _, size in ipairs {{2, 5, 5}, {2, 4, 7}, {3, 2, 4, 7}, {1, 2, 4, 7}, {2, 5, 5}} do
      local x = torch.Tensor(torch.LongStorage(size)):fill(3)
      assert.is_true(m:forward(x):abs():max() < 1e-13)
    end
    m:float()
    assert.is_true(m:forward(torch.FloatTensor(2, 2, 6, 6):fill(3)):abs():max() < 1e-5)
    m:clearState()
    assert.is_true(m:forward(torch.FloatTensor(2, 6, 6):fill(3)):abs():max() < 1e-5)
  end)

  it('takes a vector for the product with itself', function()
    local v = torch.Tensor {1, 2, 4}
    local x = randn(2, 6, 5)
    for _, name in ipairs {'Subtractive', 'Divisive', 'Contrastive'} do
      local class = nn['Spatial' .. name .. 'Normalization']
      local a = class(2, v:clone()):forward(x)
      local b = class(2, torch.ger(v, v)):forward(x)
      helpers.assert_near(a, b, 1e-12, name)
    end
  end)
end)
