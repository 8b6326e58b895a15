-- Joining, splitting, repeating, diagonals, sequences: recorded values, layouts, bad arguments.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'

local fails = helpers.assert_fails

describe('recorded joins, diagonals and sequences', function()
  it('are reproduced', function()
    local passed, failures = replay.file('ops/cat.json.gz')
    assert.are.same({}, failures)
    assert.are.equal(329, passed)
  end)
end)

describe('cat', function()
  it('joins every layout, many tensors, and tensors of fewer dimensions', function()
    local x = torch.range(1, 24):view(2, 3, 4)
    for _, y in pairs(helpers.layouts(x)) do
      for d = 1, 4 do
        local got = torch.cat({y, x, y}, d)
        assert.are.equal(d > 3 and 3 or 3 * x:size(d), got:size(d))
        for i, part in ipairs(got:chunk(3, d)) do
          local back = part:contiguous():view(2, 3, 4)
          assert.is_true(back:equal(x), 'dimension ' .. d .. ' part ' .. i)
        end
      end
    end
    local many = {}
    for i = 1, 100 do many[i] = torch.Tensor {i} end
    assert.is_true(torch.cat(many):equal(torch.range(1, 100)))
    local mixed = torch.cat(torch.Tensor(2, 3), torch.Tensor(2, 3, 1), 1)
    assert.are.same({4, 3, 1}, mixed:size():totable())
  end)

  it('may write to one of its sources', function()
    local x = torch.Tensor {1, 2}
    torch.cat(x, {x, torch.Tensor {3}, x})
    assert.are.same({1, 2, 3, 1, 2}, helpers.flat(x))
    local empty = torch.Tensor()
    torch.cat(empty, {empty, torch.Tensor {3}, empty})
    assert.are.same({3}, helpers.flat(empty))
  end)
end)

describe('split and chunk', function()
  it('give views', function()
    local x = torch.zeros(5, 2)
    local parts = x:split(2)
    assert.are.equal(3, #parts)
    assert.are.same({1, 2}, parts[3]:size():totable())
    parts[3]:fill(1)
    assert.are.equal(2, x:sum())
    local kept = {1, 2, 3, 4, 5}
    assert.is_true(torch.chunk(kept, x, 2) == kept)
    assert.are.equal(2, #kept)
    assert.are.equal(1, #x:chunk(0))
  end)
end)

describe('repeatTensor and reshape', function()
  it('copy every layout', function()
    local x = torch.range(1, 6):view(2, 3)
    for _, y in pairs(helpers.layouts(x)) do
      local r = y:repeatTensor(2, 3, 2)
      assert.are.same({2, 6, 6}, r:size():totable())
      for a = 1, 2 do
        for b = 1, 6 do
          for c = 1, 6 do assert.are.equal(x[(b - 1) % 2 + 1][(c - 1) % 3 + 1], r[a][b][c]) end
        end
      end
      assert.is_true(y:reshape(3, 2):equal(x:view(3, 2)))
    end
    x:repeatTensor(x, 1, 2)
    assert.are.same({1, 2, 3, 1, 2, 3}, helpers.flat(x[1]))
    local y = torch.range(1, 6):view(2, 3):t()
    torch.reshape(y, y, 6)
    assert.are.same({1, 4, 2, 5, 3, 6}, helpers.flat(y))
  end)
end)

describe('diagonals and triangles', function()
  it('work in place and on every layout', function()
    local x = torch.range(1, 12):view(3, 4)
    for _, y in pairs(helpers.layouts(x)) do
      assert.are.same({2, 7, 12}, helpers.flat(y:diag(1)))
      assert.are.same({1, 0, 0, 0, 5, 6, 0, 0, 9, 10, 11, 0}, helpers.flat(y:tril()))
      assert.are.same({1, 2, 3, 4, 0, 6, 7, 8, 0, 0, 11, 12}, helpers.flat(y:triu()))
      assert.are.equal(0, y:triu(9):sum())
      assert.is_true(y:tril(9):equal(x))
    end
    torch.triu(x, x, 1)
    assert.are.same({0, 2, 3, 4, 0, 0, 7, 8, 0, 0, 0, 12}, helpers.flat(x))
    local v = torch.Tensor {1, 2}
    torch.diag(v, v)
    assert.are.same({1, 0, 0, 2}, helpers.flat(v))
  end)
end)

describe('sequences', function()
  it('take a type name, and end where asked', function()
    assert.are.equal('torch.IntTensor', torch.range(1, 3, 'torch.IntTensor'):type())
    assert.are.equal('torch.FloatTensor', torch.eye(2, 'torch.FloatTensor'):type())
    assert.are.equal('torch.FloatTensor', torch.linspace(0, 1, 3, 'torch.FloatTensor'):type())
    assert.are.equal(0.1, torch.linspace(-7, 0.1, 1000)[1000])
    assert.are.equal(1001, torch.range(0, 1, 1e-3):size(1))
  end)
end)

describe('bad arguments of joins and sequences', function()
  local x = torch.Tensor(2, 3):fill(5)
  local cases = {
    {'along dimension 2', torch.cat, x, torch.Tensor(2, 4), 1},
    {'FloatTensor', torch.cat, x, torch.FloatTensor(2, 3)}, {'one or more', torch.cat, {}},
    {'out of range', torch.cat, x, x, 0}, {'out of range', torch.cat, x, x, 17},
    {'element 2 of the table', torch.cat, {x, 3}}, {'expected a tensor', torch.cat, x, 3},
    {'1 or more', x.split, x, 0}, {'dimension 3', x.split, x, 1, 3},
    {'expected a number', x.chunk, x}, {'repetitions', x.repeatTensor, x, 2},
    {'repetition 1 is 0', x.repeatTensor, x, 0, 2}, {'empty', x.repeatTensor, torch.Tensor(), 2},
    {'too large', x.repeatTensor, x, 2 ^ 40, 2 ^ 40}, {'4 elements', x.reshape, x, 2, 2},
    {'vector or a matrix', torch.diag, torch.Tensor(2, 2, 2)}, {'no diagonal', torch.diag, x, 5},
    {'no diagonal', torch.diag, torch.Tensor(2), 2 ^ 40}, {'matrix', torch.tril, torch.Tensor(3)},
    {'expected a number', torch.eye}, {'1 or more', torch.eye, 0}, {'1 or more', torch.eye, -3},
    {'expected a number', torch.range, 1}, {'step is 0', torch.range, 1, 5, 0},
    {'leads nowhere', torch.range, 5, 1}, {'leads nowhere', torch.range, 1, 5, -1},
    {'bad bounds', torch.range, 0 / 0, 1}, {'bad bounds', torch.range, 1, 1 / 0},
    {'0 points', torch.linspace, 0, 1, 0}, {'1 points', torch.linspace, 0, 1, 1},
    {'IntTensor', torch.linspace, torch.IntTensor(), 0, 1},
    {'unknown tensor type', torch.eye, 2, 'x'},
  }
  for i, case in ipairs(cases) do
    it('raise: ' .. case[1] .. ' (' .. i .. ')', function()
      fails(unpack(case))
      assert.are.equal(30, x:sum())
    end)
  end
end)
