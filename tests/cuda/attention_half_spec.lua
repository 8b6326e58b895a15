-- Attention of half types on the GPU: what the CPU computes in double of the same numbers, but for
-- the rounding of weights and results. Sizes end within tiles of 64 queries and keys and before
-- the 64 or 128 elements of a head that the kernels are made for.

local device = require 'cuda.device'
local nn = require 'nn'
local torch = require 'torch'

-- How far a result may be off, of its largest element.
local precision = {HalfTensor = 3e-3, BFloat16Tensor = 2e-2}

-- n, heads, tq, tk, d, dv and options; padding: lengths or a mask, as ScaledDotProduct takes them.
local cases = {
  ['one tile'] = {2, 2, 7, 9, 16, 16},
  ['many tiles'] = {1, 2, 130, 200, 64, 64},
  ['causal tiles'] = {2, 1, 150, 150, 64, 64, causal = true},
  ['more keys than causal queries'] = {1, 1, 70, 150, 32, 32, causal = true},
  ['more causal queries than keys'] = {1, 1, 150, 70, 32, 32, causal = true},
  ['wide heads'] = {1, 2, 70, 100, 128, 128, causal = true},
  ['values wider than keys'] = {1, 2, 20, 30, 24, 72},
  ['heads of odd size'] = {2, 3, 20, 30, 5, 7},
  ['heads that are too wide for tiles'] = {1, 1, 6, 5, 130, 140},
  ['one query'] = {2, 2, 1, 100, 64, 64},
  lengths = {3, 2, 70, 80, 16, 16, padding = torch.LongTensor {80, 0, 33}},
  ['causal lengths'] = {2, 1, 70, 80, 16, 16, causal = true, padding = torch.LongTensor {70, 3}},
  mask = {2, 1, 10, 80, 16, 16, padding = torch.rand(2, 80):gt(0.6)},
  dropout = {1, 2, 70, 70, 16, 16, dropout = 0.3},
  ['causal dropout'] = {1, 1, 70, 70, 72, 72, causal = true, dropout = 0.3},
}

local function tensors(case)
  local n, heads, tq, tk, d, dv = unpack(case)
  return {torch.randn(n, tq, heads * d), torch.randn(n, tk, heads * d),
    torch.randn(n, tk, heads * dv)}, torch.randn(n, tq, heads * dv)
end

local function module_of(case)
  return nn.ScaledDotProduct(case[2], {causal = case.causal, dropout = case.dropout})
end

-- Output, sums of exponentials and gradients; the same weights are dropped in every run.
local function results(module, input, gy, padding)
  torch.manualSeed(4)
  local list = {input[1], input[2], input[3], padding}
  local y = module:forward(list)
  local g = module:backward(list, gy)
  return {y, module.lse, g[1], g[2], g[3]}
end

local function converted(list, convert)
  local out = {}
  for i, t in ipairs(list) do out[i] = convert(t) end
  return out
end

-- The first of the results that is further off than it may be.
local function difference(want, got, most)
  for i = 1, 5 do
    local w, g = want[i]:double(), got[i]:double()
    local infinite = w:eq(math.huge)
    assert.are.same(infinite:totable(), g:eq(math.huge):totable())
    w[infinite], g[infinite] = 0, 0
    local off = (w - g):abs():max() / math.max(w:abs():max(), 1e-3)
    local near = off <= (i == 2 and 1e-4 or most) -- false for NaN
    if not near then return ('result %d: off by %g'):format(i, off) end
  end
end

describe('attention on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for half, most in pairs(precision) do
    local gpu = 'torch.Cuda' .. half
    for name, case in pairs(cases) do
      it('takes ' .. half .. 's as they are: ' .. name, function()
        torch.manualSeed(3)
        local input, gy = tensors(case)
        local function rounded(t) return t:type('torch.' .. half):double() end
        input, gy = converted(input, rounded), rounded(gy)
        local want = results(module_of(case), input, gy, case.padding)
        local function moved(t) return t:type(gpu) end
        local module = module_of(case):type(gpu)
        local got = results(module, converted(input, moved), moved(gy), case.padding)
        assert.are.equal(gpu, got[1]:type())
        assert.are.equal('torch.CudaTensor', got[2]:type())
        assert.is_nil(difference(want, got, most))
      end)
    end
  end

  it('takes parts of one tensor, and gives their gradients in parts of another', function()
    torch.manualSeed(5)
    for _, size in ipairs {32, 40, 12} do -- 12: rows that are not aligned
      local all = torch.randn(2, 70, 3 * size):type('torch.CudaHalfTensor')
      local gradients = all:clone():fill(9)
      local input, out, whole = {}, {}, {}
      for i = 1, 3 do
        input[i] = all:narrow(3, (i - 1) * size + 1, size)
        out[i] = gradients:narrow(3, (i - 1) * size + 1, size)
        whole[i] = input[i]:clone()
      end
      local gy = torch.randn(2, 70, size):type('torch.CudaHalfTensor')
      local want = results(nn.ScaledDotProduct(2):type(all:type()), whole, gy)
      local module = nn.ScaledDotProduct(2):type(all:type())
      module.gradInput = out
      local got = results(module, input, gy)
      for i = 1, 5 do assert.are.same(want[i]:totable(), got[i]:totable(), i) end
      assert.are.equal(gradients:storage(), out[2]:storage())
      assert.are.same(gradients:narrow(3, size + 1, size):totable(), want[4]:totable())
    end
  end)

  it('gives the same in every run', function()
    local case = cases['causal dropout']
    local input, gy = tensors(case)
    local function moved(t) return t:type('torch.CudaHalfTensor') end
    input, gy = converted(input, moved), moved(gy)
    local first = results(module_of(case):type(gy:type()), input, gy)
    local second = results(module_of(case):type(gy:type()), input, gy)
    for i = 1, 5 do assert.are.same(first[i]:totable(), second[i]:totable(), i) end
  end)

  it('trains nn.MultiHeadAttention', function()
    torch.manualSeed(6)
    local net = nn.MultiHeadAttention(32, 2, {causal = true})
    local x, gy = torch.randn(2, 20, 32), torch.randn(2, 20, 32)
    local copy = net:clone():type('torch.CudaHalfTensor')
    local y, gx = net:forward(x), net:backward(x, gy)
    local hx, hgy = x:type('torch.CudaHalfTensor'), gy:type('torch.CudaHalfTensor')
    local hy, hgx = copy:forward(hx), copy:backward(hx, hgy)
    for i, pair in ipairs {{y, hy}, {gx, hgx}, {net.gradWeight, copy.gradWeight}} do
      local off = (pair[1] - pair[2]:double()):abs():max() / pair[1]:abs():max()
      assert.is_true(off < 1e-2, ('%d: off by %g'):format(i, off))
    end
  end)
end)
