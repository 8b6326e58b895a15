-- Normalization of groups of channels: values and gradients against tensor operations in double, on
-- sizes that take every path of the kernel, types, threads, and what stays the same.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near

-- Output and gradients of x [n c ...] in `groups`, by tensor operations.
local function reference(x, gy, weight, bias, groups, eps, center)
  local n, c = x:size(1), x:size(2)
  local inner = x:nElement() / (n * c)
  local rows, size = n * groups, c / groups * inner
  local function channels(t) -- a value for each channel, in the shape [rows size]
    return t:view(1, c, 1):expand(n, c, inner):contiguous():view(rows, size)
  end
  local function spread(t) return t:expand(rows, size) end
  local flat = x:contiguous():view(rows, size)
  local u = center and flat - spread(flat:mean(2)) or flat:clone()
  local std = torch.cmul(u, u):mean(2):add(eps):sqrt()
  u:cdiv(spread(std))
  local g = gy:contiguous():view(rows, size)
  local h = weight and torch.cmul(g, channels(weight)) or g:clone()
  local y = weight and torch.cmul(u, channels(weight)) or u
  if bias then y = y + channels(bias) end
  local gx = h - torch.cmul(u, spread(torch.cmul(h, u):mean(2)))
  if center then gx:csub(spread(h:mean(2))) end
  local function by_channel(t) return t:contiguous():view(n, c, inner):sum(3):sum(1):view(c) end
  return y:viewAs(x), gx:cdiv(spread(std)):viewAs(x), by_channel(torch.cmul(g, u)), by_channel(g)
end

local function fill(m)
  if m.weight then m.weight:uniform(0.5, 2) end
  if m.bias then m.bias:uniform(-1, 1) end
  m:zeroGradParameters()
  return m
end

-- {constructor, groups, sizes with the channels second}
local cases = {
  {'nn.GroupNorm(4, 12)', 4, {3, 12, 35}}, {'nn.GroupNorm(2, 4)', 2, {2, 4, 65, 67}},
  {'nn.GroupNorm(1, 3)', 1, {5, 3, 3000}}, {'nn.GroupNorm(32, 64)', 32, {4, 64, 14, 14}},
  {'nn.GroupNorm(3, 99)', 3, {7, 99}}, {'nn.GroupNorm(4, 24, 1e-3, false)', 4, {700, 24}},
  {'nn.InstanceNorm(5)', 5, {4, 5, 31, 33}}, {'nn.InstanceNorm(6, 1e-3, false)', 6, {4, 6, 100}},
  {'nn.LayerNorm(70)', 1, {300, 70}}, {'nn.LayerNorm(768)', 1, {200, 768}},
  {'nn.LayerNorm(5000)', 1, {20, 5000}}, {'nn.LayerNorm(33, 0.1, false)', 1, {2100, 33}},
  {'nn.RMSNorm(70)', 1, {300, 70}}, {'nn.RMSNorm(5000)', 1, {20, 5000}},
  {'nn.RMSNorm(33, 0.1, false)', 1, {2100, 33}},
}

local function random_case(case)
  torch.manualSeed(4)
  local m = fill(assert(loadstring('return ' .. case[1]))())
  local x = torch.randn(unpack(case[3])):mul(3):add(2)
  return m, x, torch.randn(x:size())
end

local function step(m, x, gy)
  m:zeroGradParameters()
  m:forward(x)
  m:backward(x, gy)
  return {m.output, m.gradInput, m.gradWeight, m.gradBias}
end

describe('normalization of groups', function()
  for _, case in ipairs(cases) do
    it('has the values and gradients of the formula: ' .. case[1], function()
      local m, x, gy = random_case(case)
      local center = m.save_mean ~= nil
      local want = {reference(x, gy, m.weight, m.bias, case[2], m.eps, center)}
      local got = step(m, x, gy)
      local tolerance = {Double = {1e-12, 1e-12, 1e-9, 1e-9}, Float = {1e-5, 1e-5, 3e-4, 3e-4}}
      for i = 1, 4 do
        if got[i] then near(got[i], want[i], tolerance.Double[i], 'result ' .. i) end
      end
      local single = m:clone():float()
      got = step(single, x:float(), gy:float())
      for i = 1, 4 do
        if got[i] then near(got[i]:double(), want[i], tolerance.Float[i], 'float ' .. i) end
      end
    end)

    it('is the same on one thread and on three: ' .. case[1], function()
      local m, x, gy = random_case(case)
      m, x, gy = m:float(), x:float(), gy:float()
      local threads = torch.getnumthreads()
      torch.setnumthreads(1)
      local want = {}
      for i, t in pairs(step(m, x, gy)) do want[i] = t:clone() end
      torch.setnumthreads(3)
      local got = step(m, x, gy)
      torch.setnumthreads(threads)
      for i, t in pairs(want) do assert.is_true(t:equal(got[i]), 'result ' .. i) end
    end)
  end

  it('takes Half and BFloat16', function()
    for _, case in ipairs {cases[1], cases[9], cases[13]} do
      local m, x, gy = random_case(case)
      for name, tol in pairs {Half = 1e-2, BFloat16 = 1e-1} do
        local class = 'torch.' .. name .. 'Tensor'
        local low, lx, lgy = m:clone():type(class), x:type(class), gy:type(class)
        local got = step(low, lx, lgy)
        assert.are.equal(class, got[1]:type())
        local same = low:clone():double()
        local want = step(same, lx:double(), lgy:double())
        near(got[1]:double(), want[1], tol, name .. ' output')
        near(got[2]:double(), want[2], tol, name .. ' gradInput')
      end
    end
  end)

  it('keeps digits of values that differ little from their mean', function()
    local x = torch.randn(3, 10000):mul(0.1):add(1000):float()
    local m = nn.LayerNorm(10000):float()
    local want = reference(x:double(), x:double(), nil, nil, 1, 1e-5, true)
    near(m:forward(x):double(), want, 2e-3, 'far from 0')
    x[{{}, {1, 40}}] = 0
    near(m:forward(x):double(), reference(x:double(), x:double(), nil, nil, 1, 1e-5, true), 2e-4,
      'a jump')
  end)

  it('gives 0 for equal elements, without eps too', function()
    for _, eps in ipairs {0, 1e-5} do
      local m, x = nn.LayerNorm(4, eps), torch.ones(2, 4)
      assert.are.equal(0, m:forward(x):norm())
      assert.are.equal(0, m:backward(x, x):norm())
    end
  end)

  it('computes gradients apart as together', function()
    for _, case in ipairs {cases[1], cases[9], cases[13]} do
      local m, x, gy = random_case(case)
      local want = {}
      for i, t in pairs(step(m, x, gy)) do want[i] = t:clone() end
      m:zeroGradParameters()
      near(m:updateGradInput(x, gy), want[2], 0, 'gradInput')
      assert.are.equal(0, m.gradWeight:norm())
      m:accGradParameters(x, gy, 2)
      near(m.gradWeight, want[3] * 2, 1e-12, 'gradWeight')
    end
  end)
end)
