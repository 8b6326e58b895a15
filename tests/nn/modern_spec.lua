-- Additions to Torch7's layers: transfer functions, DropPath, encodings of positions, convolution
-- in groups: values, what is kept and cleared. Their gradients are in gradients_spec.lua.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local randn = torch.randn

-- Tensors or numbers agree.
local function near(got, want, tol, message)
  if torch.isTensor(got) then return helpers.assert_near(got, want, tol, message) end
  assert(helpers.near(got, want, tol), ('%s: %s is not %s'):format(message, got, want))
end

-- f(x) for every element.
local function map(x, f)
  local y = x:clone()
  return y:apply(f)
end

describe('transfer functions:', function()
  -- {constructor, {x, y}...}
  local values = {
    {'nn.GELU()', {1, 0.84134474606854295}, {-1, -0.15865525393145705}, {0, 0},
      {-5, -1.4332578593959606e-6}, {3, 2.99595030590511}},
    {'nn.GELU("tanh")', {1, 0.8411919906082768}, {-1, -0.15880800939172324}, {0, 0},
      {3, 2.996362607918227}},
    {'nn.SiLU()', {1, 0.7310585786300049}, {-2, -0.2384058440442351}, {0, 0}},
    {'nn.Swish()', {1, 0.7310585786300049}},
    {'nn.Mish()', {1, 0.8650983882673103}, {-2, -0.2525014826957089}, {0, 0}},
    {'nn.HardSigmoid()', {-4, 0}, {-3, 0}, {0, 0.5}, {1.5, 0.75}, {3, 1}, {7, 1}},
    {'nn.HardSwish()', {-4, 0}, {-3, 0}, {0, 0}, {1.5, 1.125}, {3, 3}, {7, 7}},
  }
  for _, row in ipairs(values) do
    it(row[1] .. ' has known values, also far away and of NaN', function()
      local m = assert(loadstring('return ' .. row[1]))()
      for i = 2, #row do
        local x = torch.Tensor {row[i][1]}
        near(m:forward(x)[1], row[i][2], 1e-14, 'at ' .. row[i][1])
        near(m:float():forward(x:float())[1], row[i][2], 1e-6, 'float at ' .. row[i][1])
        m:double()
      end
      local top = row[1] == 'nn.HardSigmoid()' and 1
      for _, class in ipairs {'torch.FloatTensor', 'torch.DoubleTensor'} do
        m:type(class)
        for _, far in ipairs {50, 1000, 3e38, math.huge} do
          local x = torch.Tensor {far}:type(class)
          near(m:forward(x)[1], top or x[1], 0, far)
          if far < math.huge then
            near(m:backward(x, x:clone():fill(1))[1], top and 0 or 1, 0, far)
          end
        end
        for _, far in ipairs {-1000, -3e38} do
          local x = torch.Tensor {far}:type(class)
          near(m:forward(x)[1], 0, 1e-30, far)
          near(m:backward(x, x:clone():fill(1))[1], 0, 1e-30, far)
        end
        local x = torch.Tensor {0 / 0}:type(class)
        assert.is_true(m:forward(x)[1] ~= m.output[1])
        m:backward(x, x:clone():fill(1))
        assert.are.equal(not top, m.gradInput[1] ~= m.gradInput[1])
      end
    end)
  end

  it('GELU in float keeps digits in the tail', function()
    local x = torch.range(-1250, 1250):div(100)
    local m = nn.GELU()
    local want, slope = m:forward(x):clone(), m:backward(x, torch.ones(x:size())):clone()
    m:float()
    local f = x:float()
    local got = m:forward(f):double()
    -- x itself is off by half a unit in float, which the tail multiplies by x
    local exact = nn.GELU():forward(f:double())
    near(got:cdiv(exact:clone():apply(function(v) return v == 0 and 1 or v end)),
      map(exact, function(v) return v == 0 and 0 or 1 end), 2e-5, 'relative error')
    near(m.output:double(), want, 1e-6, 'value')
    near(m:backward(f, f:clone():fill(1)):double(), slope, 1e-6, 'slope')
  end)
end)

describe('nn.DropPath', function()
  it('drops or scales whole samples while training', function()
    torch.manualSeed(3)
    local m, x = nn.DropPath(0.25), torch.rand(2000, 3, 2):add(1)
    local y, kept = m:forward(x), 0
    local gx = m:backward(x, x)
    for i = 1, 2000 do
      local factor = y[i][1][1] / x[i][1][1]
      assert.is_true(factor == 0 or math.abs(factor - 4 / 3) < 1e-12)
      near(y[i], x[i] * factor, 1e-12)
      near(gx[i], x[i] * factor, 1e-12)
      kept = kept + (factor > 0 and 1 or 0)
    end
    assert.is_true(kept > 1400 and kept < 1600)
    m:evaluate()
    assert.is_true(m:forward(x):equal(x) and m:backward(x, x):equal(x))
    assert.are_not.equal(x:storage(), m.output:storage())
  end)

  it('takes other sizes and layouts from call to call', function()
    local m = nn.DropPath(0.5)
    for _, x in ipairs {randn(3, 4), randn(4, 3):t(), randn(5), randn(2, 3, 4)} do
      assert.is_true(m:forward(x):isSameSizeAs(x))
      local gx = m:backward(x, x)
      near(gx, m.output, 0)
    end
  end)
end)

describe('encodings of positions:', function()
  it('nn.PositionalEncoding adds sines and cosines', function()
    local x = randn(2, 6, 5)
    local y = nn.PositionalEncoding(5, 100, 3):forward(x)
    for p = 1, 6 do
      for c = 1, 5 do
        local angle = (p + 2) * 100 ^ (-2 * math.floor((c - 1) / 2) / 5)
        local want = c % 2 == 1 and math.sin(angle) or math.cos(angle)
        near(y[2][p][c] - x[2][p][c], want, 1e-12)
      end
    end
  end)

  it('nn.RotaryEncoding turns pairs', function()
    local x = randn(2, 5, 3, 4)
    local y = nn.RotaryEncoding(4, 100, 7):forward(x)
    for p = 1, 5 do
      for i = 0, 1 do
        local angle = (p + 6) * 100 ^ (-2 * i / 4)
        local a, b = x[2][p][3][2 * i + 1], x[2][p][3][2 * i + 2]
        near(y[2][p][3][2 * i + 1], a * math.cos(angle) - b * math.sin(angle), 1e-12)
        near(y[2][p][3][2 * i + 2], a * math.sin(angle) + b * math.cos(angle), 1e-12)
      end
    end
    near(nn.RotaryEncoding(4, 100, 7):forward(x:view(2, 5, 12)), y:view(2, 5, 12), 0, '[n t c]')
  end)

  it('nn.RotaryEncoding makes products depend on the distance', function()
    local m, q, k = nn.RotaryEncoding(8), randn(8), randn(8)
    local rows = m:forward(q:view(1, 8):expand(9, 8)):clone()
    local others = m:forward(k:view(1, 8):expand(9, 8))
    near(rows[2]:dot(others[5]), rows[6]:dot(others[9]), 1e-12)
  end)

  for _, name in ipairs {'PositionalEncoding', 'RotaryEncoding'} do
    it('nn.' .. name .. ' continues at an offset, in every type', function()
      local m, x = nn[name](6), randn(2, 40, 6)
      local all = m:forward(x):clone()
      for p = 0, 39 do
        m:setOffset(p)
        near(m:forward(x:narrow(2, p + 1, 1)), all:narrow(2, p + 1, 1), 0, 'position ' .. p)
      end
      m:setOffset(0)
      for class, tol in pairs {Float = 1e-6, Half = 1e-2, BFloat16 = 1e-1} do
        class = 'torch.' .. class .. 'Tensor'
        local typed = m:clone():type(class)
        local y = typed:forward(x:type(class))
        assert.are.equal(class, y:type())
        near(y:double(), all, tol, class)
        near(typed:backward(x:type(class), y):norm(), y:norm(), tol * 10, 'gradInput')
        near(typed:double():forward(x), all, 0, class .. ' and back')
      end
    end)
  end
end)

describe('nn.SpatialConvolution', function()
  it('keeps groups of planes apart', function()
    local m, x = nn.SpatialConvolution(6, 4, 3, 2, 1, 2, 1, 0, 2), randn(2, 6, 5, 7)
    local y = m:forward(x)
    for group = 0, 1 do
      local part = nn.SpatialConvolution(3, 2, 3, 2, 1, 2, 1, 0)
      part.weight:copy(m.weight:narrow(1, group * 2 + 1, 2))
      part.bias:copy(m.bias:narrow(1, group * 2 + 1, 2))
      near(y:narrow(2, group * 2 + 1, 2), part:forward(x:narrow(2, group * 3 + 1, 3)), 1e-12)
    end
    assert.are.equal('nn.SpatialConvolution(6 -> 4, 3x2, 1,2, 1,0, 2 groups)', tostring(m))
  end)

  it('is dilated as nn.SpatialDilatedConvolution', function()
    local m = nn.SpatialConvolution(2, 3, 3, 3, 1, 1, 2, 2, nil, 2, 1)
    local want = nn.SpatialDilatedConvolution(2, 3, 3, 3, 1, 1, 2, 2, 2, 1)
    want.weight, want.bias = m.weight, m.bias
    local x = randn(2, 7, 8)
    near(m:forward(x), want:forward(x), 0)
    assert.are.equal('nn.SpatialConvolution(2 -> 3, 3x3, 1,1, 2,2, dilation 2,1)', tostring(m))
  end)
end)

-- Every addition with an input that it takes.
local layers = {
  {'nn.GELU("tanh")', {4, 6}}, {'nn.SiLU()', {4, 6}}, {'nn.Swish()', {4, 6}},
  {'nn.Mish()', {4, 6}}, {'nn.HardSwish()', {4, 6}}, {'nn.HardSigmoid()', {4, 6}},
  {'nn.GroupNorm(2, 6)', {4, 6, 5}}, {'nn.InstanceNorm(6)', {4, 6, 5}},
  {'nn.LayerNorm(6, 1e-3, false)', {4, 6}}, {'nn.LayerNorm(6)', {4, 6}}, {'nn.RMSNorm(6)', {4, 6}},
  {'nn.DropPath(0.5)', {4, 6}}, {'nn.PositionalEncoding(6)', {4, 3, 6}},
  {'nn.RotaryEncoding(6)', {4, 3, 6}}, {'nn.SpatialConvolution(6, 6, 3, 3, 1, 1, 1, 1, 3, 1, 1)',
    {2, 6, 4, 4}},
}

local function construct(text)
  if text:find('DropPath') then
    local m = nn.DropPath(0.5)
    m:evaluate()
    return m
  end
  torch.manualSeed(2)
  return assert(loadstring('return ' .. text))()
end

describe('the additions', function()
  for _, row in ipairs(layers) do
    it('save, clone and clear: ' .. row[1], function()
      local m, x = construct(row[1]), randn(unpack(row[2]))
      local want = m:forward(x):clone()
      local gradient = m:backward(x, want):clone()
      for _, other in ipairs {torch.deserialize(torch.serialize(m)), m:clone(),
        m:clone():clearState(), m:clone():float():double()} do
        assert.are.equal(tostring(m), tostring(other))
        local tol = other:clearState() == other and 1e-6 or 0
        near(other:forward(x), want, tol, 'output')
        near(other:backward(x, want), gradient, tol, 'gradInput')
      end
      m:clearState()
      assert.are.equal(0, m.output:nElement() + m.gradInput:nElement())
      assert.is_true(#torch.serialize(m) < #torch.serialize(construct(row[1])) * 1.1 + 50)
    end)

    it('allocate nothing after the first steps: ' .. row[1], function()
      for _, class in ipairs {'torch.FloatTensor', 'torch.DoubleTensor'} do
        local m, x = construct(row[1]):type(class), randn(unpack(row[2])):type(class)
        if row[1]:find('DropPath') then m:training() end
        local g = m:forward(x):clone()
        local function step()
          m:forward(x)
          m:backward(x, g)
        end
        for _ = 1, 3 do step() end
        assert.are.equal(0, helpers.allocated(function() for _ = 1, 5 do step() end end))
      end
    end)
  end
end)
