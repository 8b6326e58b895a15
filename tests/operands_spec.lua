-- Operands of elementwise operations: overlap with the result, other shapes, broadcasting, many
-- dimensions.

local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local rows = require 'row_reference'

local new, takes, values = rows.new, rows.takes, rows.values

describe('overlapping operands', function()
  it('are read before they are written', function()
    for _, row in ipairs(ops.rows) do
      if row.kind ~= 'custom' and row.kind ~= 'compare' and takes[row.c or row.name].Double then
        local t = new('Double', values(row, 'Double', 40))
        local before = t:clone()
        local a, b = unpack(row.args or (row.kind == 'scalar' and {6} or {}))
        local x, r = t:narrow(1, 1, 39), t:narrow(1, 2, 39)
        local y = row.kind:find('binary') and before:narrow(1, 2, 39) or a
        local want = torch[row.name](before:narrow(1, 1, 39), y, b)
        torch[row.name](r, x, y, b)
        assert.is_true(r:equal(want), row.name)
        assert.are.equal(before[1], t[1], row.name)
      end
    end
  end)

  it('of reversed order, a transposed matrix onto itself, are too', function()
    local t = torch.range(1, 9):view(3, 3)
    local want = t:clone():t():clone():add(t)
    t:add(t:t())
    assert.is_true(t:equal(want))
  end)
end)

describe('shapes of operands', function()
  it('of equal count are read in order, the result taking the first', function()
    local x, y = torch.range(1, 6):view(2, 3), torch.range(1, 6):view(3, 2)
    assert.are.same({2, 3}, torch.cmul(x, y):size():totable())
    assert.are.same({1, 4, 9, 16, 25, 36}, helpers.flat(torch.cmul(x, y)))
    assert.are.same({1, 8, 6, 20, 15, 36}, helpers.flat(torch.cmul(x, x:t())))
  end)

  it('that broadcast do', function()
    local x, y = torch.Tensor {{1}, {2}}, torch.Tensor {{10, 20, 30}}
    assert.are.same({{10, 20, 30}, {20, 40, 60}}, torch.cmul(x, y):totable())
    assert.are.same({{1, 0, 0}, {1, 1, 0}},
      torch.ge(torch.Tensor {{1}, {2}}, torch.Tensor {{1, 2, 3}}):totable())
    assert.are.same({{10, 40, 90}, {20, 80, 180}},
      torch.Tensor {{10, 20, 30}, {20, 40, 60}}:cmul(torch.Tensor {1, 2, 3}):totable())
  end)

  it('that do neither raise and change nothing', function()
    local x = torch.ones(2, 3)
    for _, y in ipairs {torch.ones(4), torch.ones(2, 2), torch.ones(3, 3), torch.Tensor()} do
      assert.is_false(pcall(x.cmul, x, y))
      assert.is_false(pcall(torch.lt, x, y))
    end
    assert.are.equal(6, x:sum())
    -- the second operand fits the first, and both fit nothing
    local a, b, c = torch.ones(1, 4), torch.ones(2, 2), torch.ones(3, 4)
    assert.is_false(pcall(torch.addcmul, a, 1, b, c))
    assert.is_false(pcall(torch.addcmul, torch.ones(4), 1, torch.ones(2, 1, 2), c))
    -- an input cannot grow into its own result
    local small = torch.ones(3)
    assert.is_false(pcall(small.cmul, small, torch.ones(2, 3)))
    assert.are.equal(3, small:sum())
  end)

  it('of up to 16 dimensions work', function()
    local sizes = {}
    for d = 1, F.C.LT_MAXDIM do sizes[d] = d % 4 == 0 and 2 or 1 end
    local x = torch.DoubleTensor(torch.LongStorage(sizes)):fill(2)
    assert.are.equal(2 ^ 4 * 4, torch.cmul(x, x:transpose(1, 16)):sum())
    assert.are.equal(2 ^ 4 * 4, x:transpose(4, 15):mul(2):sum())
  end)
end)
