-- nn.SequenceLSTM, SequenceGRU and SequenceRNN: values of PyTorch, lengths, states, sizes beyond
-- the blocks of the kernels, errors, saving, threads, memory. Gradients: gradients_spec.lua.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'
local assert_raises = require 'nn.raises'
require 'nn'

local near = helpers.assert_near

local function replay(record, class, tol)
  local m = assert(loadstring('return ' .. record.new))()
  m.weight:copy(recorded.value(record.weight))
  m:type(class):zeroGradParameters()
  local input = {}
  for i, v in ipairs(record.input) do
    local t = recorded.value(v)
    input[i] = t:type() == 'torch.LongTensor' and t or t:type(class)
  end
  local function value(v) return recorded.value(v):type(class) end
  near(m:forward(#input == 1 and input[1] or input), value(record.output), tol, 'output')
  near(m.hiddenState, value(record.states[1]), tol, 'hidden state')
  if record.states[2] then near(m.cellState, value(record.states[2]), tol, 'cell state') end
  m:setGradState(value(record.gradStates[1]), record.gradStates[2] and value(record.gradStates[2]))
  local gradients = m:backward(#input == 1 and input[1] or input, value(record.gradOutput))
  if #input == 1 then gradients = {gradients} end
  assert.are.equal(#input, #gradients)
  for i, want in ipairs(record.gradInput) do
    if want then near(gradients[i], value(want), tol, 'gradient of input ' .. i) end
  end
  near(m.gradWeight, value(record.gradWeight), tol, 'gradWeight')
end

describe('recurrent layers over sequences', function()
  for _, record in ipairs(recorded.records('pytorch/recurrent.json.gz')) do
    it('agree with PyTorch: ' .. record.id, function()
      replay(record, 'torch.DoubleTensor', 1e-11)
      replay(record, 'torch.FloatTensor', 2e-5)
      replay(record, 'torch.HalfTensor', 2e-2)
    end)
  end

  -- The cells with operations on tensors: h', c' from sums a (input) and p (hidden) of the gates.
  local cells = {}
  local function gate(a, i) return a:narrow(2, (i - 1) * a:size(2) / 4 + 1, a:size(2) / 4) end

  function cells.SequenceLSTM(a, p, _, c)
    a = a + p
    local next_c = torch.sigmoid(gate(a, 2)):cmul(c)
      + torch.sigmoid(gate(a, 1)):cmul(torch.tanh(gate(a, 3)))
    return torch.sigmoid(gate(a, 4)):cmul(torch.tanh(next_c)), next_c
  end

  function cells.SequenceGRU(a, p, h)
    local n = h:size(2)
    local r = torch.sigmoid(a:narrow(2, 1, n) + p:narrow(2, 1, n))
    local z = torch.sigmoid(a:narrow(2, n + 1, n) + p:narrow(2, n + 1, n))
    local new = torch.tanh(a:narrow(2, 2 * n + 1, n) + r:cmul(p:narrow(2, 2 * n + 1, n)))
    return torch.cmul(1 - z, new) + torch.cmul(z, h)
  end

  function cells.SequenceRNN(a, p) return torch.tanh(a + p) end

  for name, cell in pairs(cells) do
    it('agree with single steps at sizes of many blocks: ' .. name, function()
      torch.manualSeed(2)
      local t, n, inputs, hidden = 3, 23, 9, 71
      local m, x = nn[name](inputs, hidden), torch.randn(t, n, inputs)
      local w = m:weights(1)
      local y = m:forward(x)
      local h, c = torch.zeros(n, hidden), torch.zeros(n, hidden)
      for k = 1, t do
        local a = x[k] * w.input:t() + w.inputBias:view(1, -1):expand(n, w.inputBias:size(1))
        local p = h * w.hidden:t() + w.hiddenBias:view(1, -1):expand(n, w.hiddenBias:size(1))
        h, c = cell(a, p, h, c)
        near(y[k], h, 1e-12, 'step ' .. k)
      end
    end)

    it('compute each sample to its length as if alone: ' .. name, function()
      torch.manualSeed(3)
      local lengths, D = torch.LongTensor {3, 5, 1}, 2
      local m = nn[name](2, 4, {bidirectional = true, layers = 2})
      local x, g = torch.randn(5, 3, 2), torch.randn(5, 3, 4 * D)
      local y = m:forward {x, lengths}:clone()
      m:zeroGradParameters()
      local gx, states = m:backward({x, lengths}, g)[1]:clone(), m.hiddenState:clone()
      local total = m.gradWeight:clone()
      m:zeroGradParameters()
      for b = 1, 3 do
        local steps = lengths[b]
        local alone = x:narrow(1, 1, steps):narrow(2, b, 1)
        near(y:narrow(1, 1, steps):narrow(2, b, 1), m:forward(alone), 1e-12, 'output')
        near(states:narrow(2, b, 1), m.hiddenState, 1e-12, 'state')
        near(gx:narrow(1, 1, steps):narrow(2, b, 1),
          m:backward(alone, g:narrow(1, 1, steps):narrow(2, b, 1)), 1e-12, 'gradInput')
        if steps < 5 then
          assert.are.equal(0, y:narrow(1, steps + 1, 5 - steps):narrow(2, b, 1):abs():max())
          assert.are.equal(0, gx:narrow(1, steps + 1, 5 - steps):narrow(2, b, 1):abs():max())
        end
      end
      near(m.gradWeight, total, 1e-12, 'gradWeight')
    end)

    it('have the same bits with any number of threads: ' .. name, function()
      torch.manualSeed(4)
      local m, x = nn[name](20, 33):float(), torch.randn(40, 37, 20):float()
      local g, threads, steps = torch.randn(40, 37, 33):float(), torch.getnumthreads(), {}
      for k, count in ipairs {1, 2} do
        torch.setnumthreads(count)
        m:forward(x)
        steps[k] = {m.output:clone(), m:updateGradInput(x, g) and m.gradHiddenState:clone()}
      end
      torch.setnumthreads(threads)
      near(steps[2][1], steps[1][1], 0, 'output')
      near(steps[2][2], steps[1][2], 0, 'gradient of the first state')
    end)

    it('allocate nothing after the first steps: ' .. name, function()
      local m = nn[name](6, 8, {layers = 2, bidirectional = true, dropout = 0.2}):float()
      local x, lengths = torch.randn(7, 3, 6):float(), torch.LongTensor {7, 2, 4}
      local g, input = torch.randn(7, 3, 16):float(), {x, lengths}
      local function step()
        m:zeroGradParameters()
        m:forward(input)
        m:backward(input, g)
      end
      for _ = 1, 3 do step() end
      assert.are.equal(0, helpers.allocated(function() for _ = 1, 10 do step() end end))
    end)

    it('are saved, cloned and cleared: ' .. name, function()
      local m, x = nn[name](3, 4, {layers = 2, batchFirst = true}), torch.randn(2, 5, 3)
      local y, g = m:forward(x):clone(), torch.randn(2, 5, 4)
      local gx = m:backward(x, g):clone()
      local full = #torch.serialize(m)
      assert.is_true(#torch.serialize(m:clearState()) < full)
      for _, copy in ipairs {m, m:clone(), torch.deserialize(torch.serialize(m))} do
        near(copy:forward(x), y, 0, 'output')
        near(copy:backward(x, g), gx, 0, 'gradInput')
      end
      local shared = m:clone('weight', 'bias')
      m.weight:zero()
      assert.are.equal(0, shared.weight:abs():max())
    end)
  end

  it('carry states from one sequence to the next', function()
    torch.manualSeed(5)
    local m, x = nn.SequenceLSTM(2, 3, {layers = 2}), torch.randn(6, 2, 2)
    local whole = m:forward(x):clone()
    m:forward(x:narrow(1, 1, 4))
    local rest = m:forward {x:narrow(1, 5, 2), m.hiddenState, m.cellState}
    near(rest, whole:narrow(1, 5, 2), 1e-14, 'second part')
  end)

  it('drop outputs between layers in training only', function()
    local m, x = nn.SequenceGRU(3, 4, {layers = 2, dropout = 0.5}), torch.randn(4, 2, 3)
    local plain = nn.SequenceGRU(3, 4, {layers = 2})
    plain.weight:copy(m.weight)
    m:evaluate()
    near(m:forward(x), plain:forward(x), 0, 'evaluate')
    m:training()
    assert.is_true((m:forward(x) - plain.output):abs():max() > 0)
  end)

  it('give views of their parameters in the order of the documentation', function()
    local m = nn.SequenceLSTM(3, 2, {layers = 2, bidirectional = true})
    m.weight:range(1, m.weight:nElement())
    local w, g = m:weights(2, 2)
    assert.are.same({8, 4}, w.input:size():totable())
    assert.are.same({8, 2}, w.hidden:size():totable())
    assert.are.equal(m.weight:nElement(), w.hiddenBias[8])
    assert.are.equal(m.weight:nElement() - 8, w.inputBias[8])
    local size = 8 * (3 + 2 + 2)
    assert.are.equal(size + 1, m:weights(1, 2).input[1][1])
    g.hidden:fill(1)
    assert.are.equal(16, m.gradWeight:sum())
    assert.are.equal('nn.SequenceLSTM(3 -> 4, 2 layers, bidirectional)', tostring(m))
  end)

  it('raise errors that name the module and the sizes', function()
    local m, x = nn.SequenceLSTM(3, 2), torch.randn(4, 2, 3)
    assert_raises(function() m:forward(torch.randn(4, 2, 5)) end, 'nn.SequenceLSTM', 't n 3',
      '4 x 2 x 5')
    assert_raises(function() m:forward(torch.randn(4, 3)) end, 'nn.SequenceLSTM', '4 x 3')
    assert_raises(function() m:forward {x, torch.randn(1, 2, 5)} end, 'h0', '1 x 2 x 2',
      '1 x 2 x 5')
    assert_raises(function() m:forward {x, torch.LongTensor {4, 5}} end, 'length 5', 'sample 2')
    assert_raises(function() m:forward {x, torch.LongTensor {4}} end, '2 lengths')
    assert_raises(function() m:forward {x, x, x, x} end, 'h0', 'nn.SequenceLSTM')
    assert_raises(function() m:forward(x:float()) end, 'weight', 'Float')
    assert_raises(function() m:backward(x, torch.randn(4, 2, 2)) end, 'nn.SequenceLSTM',
      'before forward')
    m:forward(x)
    assert_raises(function() m:backward(x, torch.randn(4, 2, 3)) end, 'gradOutput',
      '4 x 2 x 2', '4 x 2 x 3')
    assert_raises(function() m:backward(x, torch.randn(5, 2, 2)) end, '5 x 2 x 2')
    assert_raises(function() m:weights(2) end, 'no layer 2')
    assert_raises(function() nn.SequenceGRU(3, 2, {depth = 2}) end, 'depth')
    assert_raises(function() nn.SequenceGRU(3, 0) end, 'hidden size')
    assert_raises(function() nn.SequenceGRU(3, 2, {dropout = 1}) end, 'dropout')
    assert_raises(function() nn.SequenceRNN(3, 2, {nonlinearity = 'sin'}) end, 'sin')
  end)

  it('work inside containers and learn', function()
    torch.manualSeed(6)
    local net = nn.Sequential():add(nn.SequenceLSTM(2, 8)):add(nn.Select(1, -1))
      :add(nn.Linear(8, 1))
    local p, dp = net:getParameters()
    local x = torch.randn(5, 32, 2)
    local target, criterion = x:sum(1):sum(3):view(32, 1):tanh(), nn.MSECriterion()
    local first, last
    for _ = 1, 60 do
      dp:zero()
      last = criterion:forward(net:forward(x), target)
      first = first or last
      net:backward(x, criterion:backward(net.output, target))
      p:add(-0.5, dp)
    end
    assert.is_true(last < 0.2 * first, first .. ' to ' .. last)
  end)
end)
