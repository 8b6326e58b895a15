-- nn.ScaledDotProduct and nn.MultiHeadAttention: values of PyTorch, and of the plain formula at
-- sizes beyond the blocks of the kernels; padding, dropout, errors, saving, memory. Gradients with
-- respect to all inputs and parameters: gradients_spec.lua.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'
local assert_raises = require 'nn.raises'
local memory = require('torch.ffi').C.lt_mem
require 'nn'

local near = helpers.assert_near

local function replay(record, class, tol)
  local m = assert(loadstring('return ' .. record.new))()
  m.weight:copy(recorded.value(record.weight))
  m.bias:copy(recorded.value(record.bias))
  m:type(class):zeroGradParameters()
  local function value(v) return recorded.value(v):type(class) end
  local input = {}
  for i, v in ipairs(record.input) do
    local t = recorded.value(v)
    input[i] = t:type() == 'torch.LongTensor' and t or t:type(class)
  end
  local x = #input == 1 and input[1] or input
  near(m:forward(x), value(record.output), tol, 'output')
  local gradients = m:backward(x, value(record.gradOutput))
  if #input == 1 then gradients = {gradients} end
  for i, want in ipairs(record.gradInput) do
    near(gradients[i], value(want), tol, 'gradient of input ' .. i)
  end
  near(m.gradWeight, value(record.gradWeight), tol, 'gradWeight')
  near(m.gradBias, value(record.gradBias), tol, 'gradBias')
end

-- Attention of one head by its formula: output and gradients of q, k, v. sees(i, j): whether query
-- i sees key j.
local function plain(q, k, v, g, sees)
  local scores = (q * k:t()):div(math.sqrt(q:size(2)))
  for i = 1, q:size(1) do
    for j = 1, k:size(1) do
      if not sees(i, j) then scores[i][j] = -math.huge end
    end
  end
  local p = nn.SoftMax():forward(scores):clone()
  for i = 1, q:size(1) do
    if p[i][1] ~= p[i][1] then p[i]:zero() end -- no key was seen
  end
  local y, gp = p * v, g * v:t()
  local inner = torch.cmul(gp, p):sum(2):view(-1, 1):expand(p:size(1), p:size(2))
  local slope = torch.cmul(p, gp - inner):div(math.sqrt(q:size(2)))
  return y, slope * k, slope:t() * q, p:t() * g
end

local function everything() return true end

-- name, tq, tk, options, padding of two samples, sees(i, j, sample)
local cases = {
  {'all keys', 100, 300, nil, nil, everything},
  {'one query', 1, 200, nil, nil, everything},
  {'one key', 50, 1, nil, nil, everything},
  {'causal', 150, 150, {causal = true}, nil, function(i, j) return j <= i end},
  {'causal, fewer keys', 130, 60, {causal = true}, nil, function(i, j) return j <= i end},
  {'lengths', 60, 280, nil, torch.LongTensor {129, 0},
    function(_, j, b) return b == 1 and j <= 129 end},
  {'a mask', 49, 257, nil, torch.ByteTensor(2, 257):zero(), function(_, j, b)
    return b == 1 and j % 3 ~= 1 or b == 2 and j > 200
  end},
  {'a causal mask', 140, 140, {causal = true}, torch.ByteTensor(2, 140):zero(), function(i, j, b)
    return j <= i and (b == 1 and j % 2 == 0 or b == 2 and j > 3)
  end},
}
for _, case in ipairs(cases) do
  local padding, sees = case[5], case[6]
  if padding and padding:dim() == 2 then
    for b = 1, 2 do
      for j = 1, padding:size(2) do padding[b][j] = sees(1e9, j, b) and 0 or 1 end
    end
  end
end

describe('attention', function()
  for _, record in ipairs(recorded.records('pytorch/attention.json.gz')) do
    it('agrees with PyTorch: ' .. record.id, function()
      replay(record, 'torch.DoubleTensor', 1e-11)
      replay(record, 'torch.FloatTensor', 2e-5)
      replay(record, 'torch.HalfTensor', 5e-2)
    end)
  end

  for _, case in ipairs(cases) do
    local name, tq, tk, options, padding, sees = unpack(case, 1, 6)
    it('agrees with its formula: ' .. name, function()
      torch.manualSeed(7)
      local heads, d, e = 2, 20, 37
      local q, k = torch.randn(2, tq, heads * d), torch.randn(2, tk, heads * d)
      local v, g = torch.randn(2, tk, heads * e), torch.randn(2, tq, heads * e)
      local m = nn.ScaledDotProduct(heads, options)
      local function run(tol, ...)
        local input = {...}
        input[4] = padding
        local y, gradients = m:forward(input), m:backward(input, g:type(m:type()))
        assert.are.equal(padding and 4 or 3, #gradients)
        for b = 1, 2 do
          for h = 1, heads do
            local function part(t, size) return t[b]:narrow(2, (h - 1) * size + 1, size) end
            local want = {plain(part(q, d), part(k, d), part(v, e), part(g, e),
              function(i, j) return sees(i, j, b) end)}
            local got = {part(y, e), part(gradients[1], d), part(gradients[2], d),
              part(gradients[3], e)}
            for i, t in ipairs(got) do near(t:double(), want[i], tol, name .. ' ' .. i) end
          end
        end
      end
      run(1e-11, q, k, v)
      m:float()
      run(2e-5, q:float(), k:float(), v:float())
    end)
  end

  it('takes and gives parts of larger tensors', function()
    torch.manualSeed(8)
    local all, g = torch.randn(2, 9, 12), torch.randn(2, 9, 4)
    local m = nn.ScaledDotProduct(2)
    local function parts(t) return {t:narrow(3, 1, 4), t:narrow(3, 5, 4), t:narrow(3, 9, 4)} end
    local loose = {}
    for i, t in ipairs(parts(all)) do loose[i] = t:contiguous() end
    local y = m:forward(loose):clone()
    local want = m:backward(loose, g)
    local copies = {want[1]:clone(), want[2]:clone(), want[3]:clone()}
    near(m:forward(parts(all)), y, 0, 'output')
    local gradient = torch.Tensor(2, 9, 12):fill(7)
    m.gradInput = parts(gradient)
    m:backward(parts(all), g)
    for i, t in ipairs(parts(gradient)) do near(t, copies[i], 0, 'gradient ' .. i) end
    local steps = parts(all:transpose(1, 2):contiguous():transpose(1, 2))
    near(m:forward(steps), y, 0, 'another order')
  end)

  it('drops weights in training only, and keeps their mean', function()
    torch.manualSeed(9)
    local m = nn.ScaledDotProduct(1, {dropout = 0.25})
    local q, k, v = torch.randn(4, 200, 8), torch.randn(4, 300, 8), torch.ones(4, 300, 1)
    local y = m:forward {q, k, v}
    assert.is_true(math.abs(y:mean() - 1) < 0.01, y:mean())
    assert.is_true(y:std() > 0.01)
    local before = y:clone()
    assert.is_true((m:forward {q, k, v} - before):abs():max() > 0)
    m:evaluate()
    near(m:forward {q, k, v}, torch.ones(4, 200, 1), 1e-12, 'evaluate')
    torch.manualSeed(1)
    m:training()
    before = m:forward({q, k, v}):clone()
    torch.manualSeed(1)
    near(m:forward {q, k, v}, before, 0, 'the same seed')
  end)

  it('is zero where a query sees no key', function()
    local m, x = nn.MultiHeadAttention(4, 2), torch.randn(2, 3, 4)
    local y = m:forward {x, torch.LongTensor {0, 3}}
    near(y[1], m.bias:narrow(1, 13, 4):view(1, 4):expand(3, 4), 0, 'output')
    local gradients = m:backward({x, torch.LongTensor {0, 3}}, torch.randn(2, 3, 4))
    assert.are.equal(0, gradients[1][1]:abs():max())
    assert.is_true(gradients[1][2]:abs():max() > 0)
  end)

  it('makes no matrix of all queries and keys', function()
    local t, size = 1500, 16
    local m = nn.MultiHeadAttention(size, 1):float()
    local x, g = torch.randn(1, t, size):float(), torch.randn(1, t, size):float()
    collectgarbage()
    local live = tonumber(memory.live)
    memory.peak = memory.live
    m:forward(x)
    m:backward(x, g)
    local used = tonumber(memory.peak) - live
    assert.is_true(used > 0 and used < t * t * 4 / 2, used)
  end)

  for _, sizes in ipairs {{3, 3, 100}, {1, 1, 400}} do
    it('has the same bits with any number of threads, heads x samples x positions '
      .. table.concat(sizes, ' x '), function()
      local heads, n, t = unpack(sizes)
      torch.manualSeed(10)
      local m = nn.ScaledDotProduct(heads, {dropout = 0.1}):float()
      local x, g = torch.randn(n, t, 48):float(), torch.randn(n, t, 48):float()
      local threads, runs = torch.getnumthreads(), {}
      for i, count in ipairs {1, 2} do
        torch.setnumthreads(count)
        torch.manualSeed(11)
        local y = m:forward({x, x, x}):clone()
        local gradients = m:backward({x, x, x}, g)
        runs[i] = {y, gradients[1]:clone(), gradients[2]:clone(), gradients[3]:clone()}
      end
      torch.setnumthreads(threads)
      for i, r in ipairs(runs[2]) do near(r, runs[1][i], 0, 'result ' .. i) end
    end)
  end

  it('allocates nothing after the first steps', function()
    local m = nn.MultiHeadAttention(8, 2, {dropout = 0.1}):float()
    local x, y = torch.randn(2, 7, 8):float(), torch.randn(2, 5, 8):float()
    local cross, lengths = {x, y, torch.LongTensor {4, 5}}, {x, torch.LongTensor {7, 2}}
    local function step()
      m:zeroGradParameters()
      for _, input in ipairs {x, cross, lengths} do
        m:forward(input)
        m:backward(input, x)
      end
    end
    for _ = 1, 3 do step() end
    assert.are.equal(0, helpers.allocated(function() for _ = 1, 10 do step() end end))
  end)

  it('is saved, cloned and cleared', function()
    local m, x = nn.MultiHeadAttention(6, 3, {causal = true}), torch.randn(2, 20, 6)
    local input = {x, torch.LongTensor {20, 7}}
    local y, g = m:forward(input):clone(), torch.randn(2, 20, 6)
    local gx = m:backward(input, g)[1]:clone()
    local full = #torch.serialize(m)
    assert.is_true(#torch.serialize(m:clearState()) < full)
    for _, copy in ipairs {m, m:clone(), torch.deserialize(torch.serialize(m))} do
      near(copy:forward(input), y, 0, 'output')
      near(copy:backward(input, g)[1], gx, 0, 'gradInput')
    end
    local core = nn.ScaledDotProduct(2)
    y = core:forward({x, x, x}):clone()
    core:backward({x, x, x}, g)
    near(core:clearState():clone():forward {x, x, x}, y, 0, 'output')
    assert.are.equal('nn.MultiHeadAttention(6, 3 heads, causal)', tostring(m))
    assert.are.equal('nn.ScaledDotProduct(2 heads)', tostring(core))
  end)

  it('raises errors that name the module and the sizes', function()
    local m, x = nn.MultiHeadAttention(6, 2), torch.randn(2, 4, 6)
    local core = nn.ScaledDotProduct(2)
    assert_raises(function() nn.MultiHeadAttention(6, 4) end, 'size 6', '4 heads')
    assert_raises(function() nn.MultiHeadAttention(6, 2, {mask = true}) end, 'mask')
    assert_raises(function() nn.ScaledDotProduct(2, {dropout = 1}) end, 'dropout')
    assert_raises(function() m:forward(torch.randn(2, 4, 5)) end, 'nn.MultiHeadAttention', 't 6',
      '2 x 4 x 5')
    assert_raises(function() m:forward {x, torch.randn(2, 4, 5)} end, '2 x 4 x 5')
    assert_raises(function() m:forward {x, torch.randn(3, 4, 6)} end, '3 x 4 x 6')
    assert_raises(function() m:forward {x, x, x, x} end, 'table of 4')
    assert_raises(function() m:forward {x, torch.LongTensor {1, 5}} end, 'length 5', 'sample 2')
    assert_raises(function() m:forward {x, torch.LongTensor {1}} end, '2 lengths')
    assert_raises(function() m:forward {x, torch.ByteTensor(2, 3)} end, '2 x 4', '2 x 3')
    assert_raises(function() m:forward(x:float()) end, 'Float')
    m:forward(x)
    assert_raises(function() m:backward(x, torch.randn(2, 4, 5)) end, '2 x 4 x 6', '2 x 4 x 5')
    assert_raises(function() core:forward {x, x} end, 'table of 3')
    assert_raises(function() core:forward {x, x, torch.randn(2, 4, 5)} end, '2 heads', '2 x 4 x 5')
    assert_raises(function() core:forward {x, torch.randn(2, 4, 8), x} end, '2 x 4 x 8')
    assert_raises(function() core:forward {x, x, torch.randn(2, 3, 6)} end, '2 x 3 x 6')
    assert_raises(function() core:forward {x[1], x, x} end, '4 x 6')
    assert_raises(function() core:backward({x, x, x}, x) end, 'forward')
  end)
end)
