-- Pooling, upsampling and normalization against plain loops, formulas and other types.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local randn = torch.randn

-- f(values) for the elements of x [t h w] in the region {first, last, step} of each dimension.
local function region(x, t, y, c, f)
  local values = {}
  for i = t[1], t[2], t[3] do
    for j = y[1], y[2], y[3] do
      for k = c[1], c[2], c[3] do
        local inside = i >= 1 and j >= 1 and k >= 1 and i <= x:size(1) and j <= x:size(2) and
          k <= x:size(3)
        if inside then values[#values + 1] = x[i][j][k] end
      end
    end
  end
  return f(values)
end

-- The same over every output of y, whose regions along dimension d are of(d, o).
local function reference(x, size, of, f)
  local y = torch.Tensor(torch.LongStorage(size))
  for i = 1, size[1] do
    for j = 1, size[2] do
      for k = 1, size[3] do y[i][j][k] = region(x, of(1, i), of(2, j), of(3, k), f) end
    end
  end
  return y
end

local function largest(values) return math.max(unpack(values)) end
local function mean(values)
  local sum = 0
  for _, v in ipairs(values) do sum = sum + v end
  return sum / #values
end

describe('outputs agree with a plain loop', function()
  -- size, window, step, padding and dilation along t, h, w
  for n, g in ipairs {
    {{4, 5, 6}, {2, 2, 2}, {2, 2, 2}, {0, 0, 0}, {1, 1, 1}},
    {{5, 7, 9}, {3, 3, 3}, {2, 1, 2}, {1, 1, 0}, {1, 1, 1}},
    {{6, 7, 80}, {2, 3, 3}, {1, 2, 1}, {1, 0, 1}, {2, 2, 2}},
    {{3, 6, 150}, {2, 2, 3}, {1, 3, 2}, {0, 1, 1}, {1, 2, 1}},
    {{1, 4, 140}, {1, 2, 2}, {1, 1, 3}, {0, 0, 1}, {1, 1, 4}},
  } do
    it(n .. ' for windows', function()
      local size, k, step, pad, dilation = unpack(g)
      local x = randn(1, size[1], size[2], size[3])
      local function of(d, o)
        local first = (o - 1) * step[d] - pad[d] + 1
        return {first, first + (k[d] - 1) * dilation[d], dilation[d]}
      end
      local m = nn.VolumetricDilatedMaxPooling(k[1], k[3], k[2], step[1], step[3], step[2], pad[1],
        pad[3], pad[2], dilation[1], dilation[3], dilation[2])
      for _, rounding in ipairs {'floor', 'ceil'} do
        local y = m[rounding](m):forward(x)
        local want = reference(x[1], y[1]:size():totable(), of, largest)
        helpers.assert_near(y[1], want, 0, rounding)
        helpers.assert_near(x:view(-1):index(1, m.indices:view(-1)), want:view(-1), 0, 'indices')
        local single = m:clone():float():forward(x:float())
        helpers.assert_near(single[1]:double(), want:float():double(), 0, 'float')
      end
      dilation = {1, 1, 1}
      if pad[1] + pad[2] + pad[3] > 0 then return end
      local y = nn.VolumetricAveragePooling(k[1], k[3], k[2], step[1], step[3], step[2]):forward(x)
      helpers.assert_near(y[1], reference(x[1], y[1]:size():totable(), of, mean), 1e-14, 'mean')
    end)
  end

  for _, size in ipairs {{5, 7}, {13, 90}, {3, 2}} do
    for _, out in ipairs {{1, 1}, {2, 3}, {5, 1}, {4, 8}} do
      it(('for %d x %d regions of %d x %d'):format(out[1], out[2], size[1], size[2]), function()
        local x = randn(1, size[1], size[2])
        local function of(d, o)
          if d == 1 then return {o, o, 1} end
          local n, m = size[d - 1], out[d - 1]
          return {math.floor((o - 1) * n / m) + 1, math.ceil(o * n / m), 1}
        end
        local want = {1, out[1], out[2]}
        helpers.assert_near(nn.SpatialAdaptiveMaxPooling(out[2], out[1]):forward(x),
          reference(x, want, of, largest), 0, 'maximum')
        helpers.assert_near(nn.SpatialAdaptiveAveragePooling(out[2], out[1]):forward(x),
          reference(x, want, of, mean), 1e-14, 'mean')
      end)
    end
  end

  it('for p-norms of features', function()
    local y = nn.FeatureLPPooling(2, 1, 2):forward(torch.Tensor {3, -4, 0, 0})
    assert.are.same({5, 4, 0}, y:totable())
    y = nn.FeatureLPPooling(2, 2, 3, true):forward(torch.Tensor {{1, 2, 3, 1, 9}})
    helpers.assert_near(y, torch.Tensor {{9 ^ (1 / 3), 28 ^ (1 / 3)}}, 1e-14, 'cubes')
  end)

  it('for local response normalization with windows of an even size', function()
    local x = torch.Tensor {1, 2, 3, 4, 5}
    local y = nn.SpatialCrossMapLRN(4, 4, 1, 0):forward(x:view(5, 1, 1))
    local sums = torch.Tensor {14, 30, 54, 50, 41} -- one channel before, two after
    helpers.assert_near(y:view(5), torch.cdiv(x, sums), 1e-14, 'even')
  end)

  it('for half precision', function()
    local x = torch.range(1, 32):view(2, 4, 4)
    for _, text in ipairs {
      'SpatialAdaptiveAveragePooling(2, 2)', 'SpatialAdaptiveMaxPooling(2, 2)',
      'SpatialUpSamplingNearest(2)', 'SpatialUpSamplingBilinear(2)', 'SpatialCrossMapLRN(3)',
      'SpatialReflectionPadding(1)', 'FeatureLPPooling(2, 1, 2)', 'TemporalDynamicKMaxPooling(2)',
      'SpatialFractionalMaxPooling(2, 2, 2, 2)',
    } do
      local m = assert(loadstring('return nn.' .. text))()
      local h = m:clone():type('torch.HalfTensor')
      torch.manualSeed(4)
      local want = m:forward(x):clone()
      torch.manualSeed(4)
      local y = h:forward(x:type('torch.HalfTensor'))
      helpers.assert_near(y:double(), want, 2e-3, text)
      helpers.assert_near(h:backward(x:type('torch.HalfTensor'), y):double(), m:backward(x, want),
        2e-2, text)
    end
  end)
end)
