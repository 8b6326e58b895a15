-- nn.CTCCriterion against the enumeration of all alignments, and its forms of input.

local torch = require 'torch'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
require 'nn'

-- -log of the probability of a sequence: the sum over all classes^frames paths that collapse to it.
local function enumerated(scores, sequence, blank)
  local frames, classes = scores:size(1), scores:size(2)
  local p = nn.SoftMax():forward(scores)
  local path, total = {}, 0
  local function collapses()
    local out, last = {}, blank
    for t = 1, frames do
      if path[t] ~= last and path[t] ~= blank then out[#out + 1] = path[t] end
      last = path[t]
    end
    return table.concat(out, ' ') == table.concat(sequence, ' ')
  end
  local function walk(t, product)
    if t > frames then
      if collapses() then total = total + product end
      return
    end
    for k = 1, classes do
      path[t] = k
      walk(t + 1, product * p[t][k])
    end
  end
  walk(1, 1)
  return -math.log(total)
end

-- {frames, classes, blank, sequence}
local cases = {
  {4, 3, 1, {2}}, {4, 3, 1, {2, 3}}, {4, 3, 1, {2, 2}}, {5, 3, 3, {1, 2, 1}}, {5, 3, 2, {3, 3, 1}},
  {4, 3, 2, {}}, {1, 4, 1, {3}}, {1, 4, 1, {}}, {3, 3, 1, {2, 2}}, {6, 3, 1, {2, 3, 3}},
  {3, 4, 4, {1, 2, 3}}, {5, 2, 1, {2, 2, 2}},
}

describe('nn.CTCCriterion', function()
  for i, case in ipairs(cases) do
    local frames, classes, blank, sequence = unpack(case)
    it(('sums over all alignments (case %d)'):format(i), function()
      torch.manualSeed(i)
      local x, m = torch.randn(frames, classes), nn.CTCCriterion(blank)
      assert.is_true(helpers.near(m:forward(x, sequence), enumerated(x, sequence, blank), 1e-13))
      jacobian.check_criterion(m, x, sequence, 1e-8)
    end)
  end

  -- A batch of sequences of different lengths in frames of different numbers.
  local sequences, counts = {{2, 4}, {}, {3, 3, 2}, {4}}, {3, 1, 6, 5}

  local function batch()
    torch.manualSeed(3)
    return torch.randn(6, 4, 5)
  end

  it('takes each sample of a batch by itself', function()
    local x, m, sum = batch(), nn.CTCCriterion(1, false), 0
    local loss = m:forward(x, sequences, counts)
    local gradient = m:backward(x, sequences, counts):clone()
    for i = 1, 4 do
      local one, own = nn.CTCCriterion(1), x:select(2, i):narrow(1, 1, counts[i])
      sum = sum + one:forward(own, sequences[i])
      local part = gradient:select(2, i)
      helpers.assert_near(part:narrow(1, 1, counts[i]), one:backward(own, sequences[i]), 1e-13)
      if counts[i] < 6 then
        assert.are.equal(0, part:narrow(1, counts[i] + 1, 6 - counts[i]):abs():max())
      end
    end
    assert.is_true(helpers.near(loss, sum, 1e-13))
    local mean = nn.CTCCriterion()
    assert.is_true(helpers.near(mean:forward(x, sequences, counts), sum / 4, 1e-13))
    helpers.assert_near(mean:backward(x, sequences, counts), gradient:div(4), 1e-13)
  end)

  it('takes targets, lengths and batches in every form', function()
    local x, m = batch(), nn.CTCCriterion()
    local loss = m:forward(x, sequences, counts)
    local gradient = m:backward(x, sequences, counts):clone()
    local matrix = torch.IntTensor {{2, 4, 0}, {0, 5, 5}, {3, 3, 2}, {4, 0, 0}}
    local tensors = {torch.Tensor {2, 4}, torch.LongTensor(), torch.Tensor {3, 3, 2},
      torch.ByteTensor {4}}
    for _, target in ipairs {matrix, matrix:long(), tensors} do
      for _, lengths in ipairs {counts, torch.Tensor(counts), torch.LongTensor(counts)} do
        assert.are.equal(loss, m:forward(x, target, lengths))
        assert.are.same(gradient:totable(), m:backward(x, target, lengths):totable())
      end
    end
    local first = nn.CTCCriterion(1, true, true)
    local turned = x:transpose(1, 2)
    assert.are.equal(loss, first:forward(turned, sequences, counts))
    helpers.assert_near(first:backward(turned, sequences, counts), gradient:transpose(1, 2), 0)
  end)

  it('has gradients that finite differences confirm, with lengths', function()
    local x, m = batch(), nn.CTCCriterion()
    m:forward(x, sequences, counts)
    local got = m:backward(x, sequences, counts):clone()
    local want = jacobian.numeric(function() return m:forward(x, sequences, counts) end, x)
    helpers.assert_near(got, want, 1e-8)
  end)

  it('neither overflows nor underflows in long sequences and with large scores', function()
    torch.manualSeed(2)
    local x = torch.FloatTensor(800, 2, 20):normal(0, 30)
    local sequence = {}
    for i = 1, 100 do sequence[i] = 2 + i % 19 end
    local target = {sequence, sequence}
    local f, d = nn.CTCCriterion():float(), nn.CTCCriterion()
    local loss = d:forward(x:double(), target)
    assert.is_true(loss > 5000 and loss < 1e6)
    assert.is_true(helpers.near(f:forward(x, target), loss, 1e-5))
    helpers.assert_near(f:backward(x, target):double(), d:backward(x:double(), target), 2e-4)
    assert.is_true(helpers.near(d:backward(x:double(), target):sum(), 0, 1e-7))
  end)

  it('leaves samples without an alignment out with zeroInfinity', function()
    local x, m = batch(), nn.CTCCriterion(1, false, false, true)
    local targets = {{2, 4}, {3, 3, 3, 3}, {2, 3, 4, 5, 2, 3, 4}, {4}}
    local loss = m:forward(x, targets)
    local gradient = m:backward(x, targets)
    local first, last = nn.CTCCriterion(), nn.CTCCriterion()
    local want = first:forward(x:select(2, 1), {2, 4}) + last:forward(x:select(2, 4), {4})
    assert.is_true(helpers.near(loss, want, 1e-13))
    assert.are.equal(0, gradient:narrow(2, 2, 2):abs():max())
    assert.is_true(gradient:select(2, 4):abs():max() > 0.01)
  end)

  -- {what, input, target, lengths, patterns...}
  local x = torch.zeros(4, 2, 3)
  local bad = {
    {'a class that is not there', x, {{2}, {4}}, nil, 'target 4 at position 1 of sample 2',
      '%[1, 3%]'},
    {'a blank', x, {{2, 1}, {3}}, nil, 'position 2 of sample 1 is the blank'},
    {'frames for repeated targets', x, {{2, 2, 2}, {3}}, nil, '3 targets of sample 1', '5 frames',
      'has 4'},
    {'frames that count', x, {{3}, {2, 3}}, {4, 1}, '2 targets of sample 2', 'has 1'},
    {'a length', x, {{3}, {2}}, {4, 5}, 'length 5 of sample 2', '%[1, 4%]'},
    {'a length of 0', x, {{3}, {2}}, {0, 4}, 'length 0 of sample 1'},
    {'the number of lengths', x, {{3}, {2}}, {4}, 'lengths'},
    {'the number of targets', x, {{3}}, nil, '2 samples'},
    {'a target that is no class', x, {{2}, {2.5}}, nil, '2.5', 'sample 2'},
    {'a 0 in a sequence', x, {{2}, {3, 0}}, nil, 'target 0 at position 2 of sample 2'},
    {'a target of another kind', x, 3, nil, 'nn.CTCCriterion', 'number 3'},
    {'a sequence of another kind', x, {{2}, 3}, nil, 'nn.CTCCriterion', 'number 3'},
    {'dimensions', torch.zeros(3), {{2}}, nil, 'nn.CTCCriterion', 'size 3'},
    {'no input', nil, {{2}}, nil, 'nn.CTCCriterion', 'input'},
  }

  for _, case in ipairs(bad) do
    it('names ' .. case[1] .. ' in an error', function()
      local ok, message = pcall(function()
        local _ = nn.CTCCriterion():forward(case[2], case[3], case[4])
      end)
      assert.is_false(ok)
      assert.is_truthy(message:find('ctc_spec.lua', 1, true), message)
      for k = 5, #case do
        assert.is_truthy(message:find(case[k]), ('%q lacks %q'):format(message, case[k]))
      end
    end)
  end

  it('wants the blank among the classes, and forward before backward', function()
    assert.has_error(function() local _ = nn.CTCCriterion(4):forward(x, {{2}, {3}}) end)
    assert.has_error(function() local _ = nn.CTCCriterion(0) end)
    local m = nn.CTCCriterion()
    assert.has_error(function() m:backward(x, {{2}, {3}}) end)
    m:forward(x, {{2}, {3}})
    assert.has_error(function() m:backward(x, {{2, 3}, {3}}) end)
  end)
end)
