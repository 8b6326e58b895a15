-- The kernels of nn at the borders of their blocks and parts: lines, channels and volumes of sizes
-- around them, against the CPU; and what they do with bad values.

local torch = require 'torch'
local device = require 'cuda.device'
local like_cpu = require 'cuda.like_cpu'
require 'nn'

-- {constructor, shapes of inputs...}, as in gradients_rows.
local rows = {
  {'nn.SoftMax()', {1}, {255}, {257}, {3, 2049}, {300, 3}, {2, 257, 3, 2}, {2, 3, 17, 19}},
  {'nn.LogSoftMax()', {1}, {255}, {257}, {3, 2049}, {300, 3}, {2, 257, 3, 2}, {2, 3, 17, 19}},
  {'nn.BatchNormalization(33)', {2, 33}, {257, 33}, {2100, 33}},
  {'nn.BatchNormalization(300)', {9, 300}},
  {'nn.SpatialBatchNormalization(3)', {2, 3, 17, 19}, {9, 3, 1, 2}, {2, 3, 70, 70}},
  {'nn.SpatialBatchNormalization(260)', {2, 260, 2, 2}},
  {'nn.LayerNormalization(257)', {300, 257}}, {'nn.LayerNormalization(3)', {600, 3}},
  {'nn.PReLU(3)', {2, 3, 17, 19}, {2, 3, 70, 70}},
  {'nn.SpatialCrossMapLRN(5)', {2, 7, 17, 3}},
  {'nn.SpatialMaxPooling(3, 3, 2, 2)', {40, 2, 17, 19}},
  {'nn.SpatialMaxPooling(3, 3, 1, 1)', {3, 30, 31}, {10, 2, 75, 71}, {1, 3, 28000}},
  {'nn.SpatialAveragePooling(3, 3, 2, 2, 1, 1)', {9, 5, 17, 19}},
  {'nn.SpatialAdaptiveMaxPooling(5, 4)', {9, 5, 17, 19}},
  {'nn.SpatialAdaptiveAveragePooling(5, 4)', {9, 5, 17, 19}},
  {'nn.SpatialConvolution(3, 5, 3, 3, 1, 1, 1, 1)', {9, 3, 17, 19}, tol = 2e-3},
  {'nn.SpatialConvolution(3, 5, 1, 1)', {9, 3, 17, 19}, tol = 2e-3},
  {'nn.SpatialConvolution(4, 8, 3, 3, 2, 2, 1, 1, 4)', {5, 4, 33, 35}, tol = 2e-3},
  -- columns of more than one part: of one sample, and of several
  {'nn.SpatialConvolution(2, 1, 17, 17, 1, 1, 8, 8)', {1, 2, 125, 125}, tol = 0.1},
  {'nn.SpatialConvolution(2, 1, 17, 17, 1, 1, 8, 8)', {11, 2, 40, 40}, tol = 0.1},
  {'nn.LookupTable(9, 5)', {300}, indices = 9},
  {'nn.SequenceLSTM(3, 130)', {5, 3, 3}, tol = 2e-3},
  {'nn.SequenceGRU(3, 130)', {5, 3, 3}, tol = 2e-3},
  {'nn.ScaledDotProduct(2, {causal = true})', {{2, 70, 4}, {2, 70, 4}, {2, 70, 6}}},
  {'nn.ScaledDotProduct(1)', {{3, 300, 4}, {3, 257, 4}, {3, 257, 6}}},
  -- weights of more than one part
  {'nn.ScaledDotProduct(1, {causal = true})', {{1, 2950, 1}, {1, 2950, 1}, {1, 2950, 1}},
    tol = 2e-3},
  {'nn.TemporalDynamicKMaxPooling(9)', {3, 40, 70}},
}

describe('kernels of nn on the GPU', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end
  require 'cunn'

  for _, row in ipairs(rows) do
    it('agree with the CPU: ' .. row[1], function()
      for i = 2, #row do like_cpu.module(row, row[i], row.tol) end
    end)
  end

  it('sum losses of many elements', function()
    for _, n in ipairs {1, 255, 257, 1025, 300000} do
      local function make() return torch.Tensor(n):uniform(0.1, 0.9) end
      like_cpu.criterion {'nn.MSECriterion()', make, make}
      like_cpu.criterion {'nn.BCECriterion()', make, make}
    end
    for _, size in ipairs {{1, 3}, {257, 300}, {5000, 2}} do
      local function scores() return torch.randn(unpack(size)) end
      local function classes() return torch.Tensor(size[1]):random(1, size[2]) end
      like_cpu.criterion {'nn.ClassNLLCriterion()', scores, classes}
      like_cpu.criterion {'nn.MultiMarginCriterion()', scores, classes}
      like_cpu.criterion {'nn.CrossEntropyCriterion(nil, true, 0.1)', scores, classes}
    end
    local function frames() return torch.randn(40, 3, 300) end
    local function labels()
      return torch.Tensor(3, 15):random(1, 299):apply(function(v) return v % 7 + 2 end)
    end
    like_cpu.criterion {'nn.CTCCriterion(300)', frames, labels}
  end)

  it('take and give half types', function()
    for _, kind in ipairs {'Half', 'BFloat16'} do
      local x = torch.randn(3, 4, 9, 8):float()
      for _, ctor in ipairs {'SpatialConvolution(4, 2, 3, 3)', 'SpatialMaxPooling(2, 2)',
        'SpatialBatchNormalization(4)', 'LogSoftMax()'} do
        local here = assert(loadstring('return nn.' .. ctor))():float()
        local there = here:clone():type('torch.Cuda' .. kind .. 'Tensor')
        local want = here:forward(x)
        local g = torch.randn(want:size()):float()
        local gx = here:backward(x, g)
        x, g = x:type(there:type()), g:type(there:type())
        local function far(a, b) return (a:float() - b):abs():max() end
        assert.is_true(far(there:forward(x), want) < 0.1)
        assert.are.equal(there:type(), there.output:type())
        assert.is_true(far(there:backward(x, g), gx) < 0.1)
        x = x:float()
      end
    end
  end)

  it('give NaN for softmax of NaN, and numbers for leading infinities', function()
    local x = torch.CudaTensor(2, 600):fill(1)
    x[1][300] = 0 / 0
    x[2]:narrow(1, 1, 400):fill(-math.huge)
    local y = nn.SoftMax():cuda():forward(x):float()
    assert.is_true(y[1][1] ~= y[1][1])
    assert.are.equal(0, y[2][1])
    assert.is_true(math.abs(y[2][600] - 1 / 200) < 1e-6)
  end)

  it('name bad targets of losses as the CPU does', function()
    local function message(criterion, input, target)
      local ok, text = pcall(criterion.forward, criterion, input, target)
      assert.is_false(ok)
      return (tostring(text):gsub('^[^:]*:%d+: ', ''))
    end
    local x, targets = torch.randn(5, 3):float(), torch.FloatTensor {1, 2, 7, 0, 3}
    for _, ctor in ipairs {'ClassNLLCriterion', 'MultiMarginCriterion', 'SoftNLLCriterion'} do
      local here, there = nn[ctor]():float(), nn[ctor]():cuda()
      assert.are.equal(message(here, x, targets), message(there, x:cuda(), targets:cuda()))
    end
    local p = torch.FloatTensor {0.5, 1.5, 0.2}
    assert.are.equal(message(nn.BCECriterion():float(), p, p:clone():fill(1)),
      message(nn.BCECriterion():cuda(), p:cuda(), p:clone():fill(1):cuda()))
    local labels = torch.FloatTensor {{1, 2}, {3, 9}}
    local scores = torch.randn(4, 2, 3):float()
    assert.are.equal(message(nn.CTCCriterion():float(), scores, labels),
      message(nn.CTCCriterion():cuda(), scores:cuda(), labels:cuda()))
  end)

  it('give NaN where a gradient has no valid target', function()
    local criterion = nn.ClassNLLCriterion():cuda()
    local x = torch.CudaTensor(2, 3):fill(-1)
    criterion:forward(x, torch.CudaTensor {1, 2})
    local g = criterion:backward(x, torch.CudaTensor {1, 9}):float()
    assert.are.equal(-0.5, g[1][1])
    assert.is_true(g[2][2] ~= g[2][2])
  end)

  it('scatter to places that repeat in the order of the outputs', function()
    local unpool = nn.SpatialMaxPooling(2, 2):cuda()
    local x = torch.CudaTensor(1, 4, 4):fill(1)
    unpool:forward(x)
    unpool.indices:fill(6)
    local g = unpool:backward(x, torch.CudaTensor {{{1, 2}, {3, 4}}}):float()
    assert.are.equal(10, g[1][2][2])
    assert.are.equal(10, g:sum())
    unpool.indices[1][1][1] = 17
    g = unpool:backward(x, torch.CudaTensor {{{1, 2}, {3, 4}}}):float()
    assert.is_true(g[1][1][1] ~= g[1][1][1])
  end)
end)
