-- t[{{first, last, step}}], read and written.

local torch = require 'torch'
local helpers = require 'helpers'

local function raises(pattern, f)
  local ok, message = pcall(f)
  assert.is_false(ok, pattern)
  assert.matches(pattern, message)
  assert.matches('step_spec%.lua', message)
end

describe('a range with a step', function()
  it('reads every step-th slice as a view', function()
    local source = torch.range(1, 70):view(10, 7)
    for layout, x in pairs(helpers.layouts(source)) do
      for _, range in ipairs {{1, 10, 1}, {1, 10, 2}, {2, 10, 3}, {3, 9, 3}, {1, 10, 9},
        {1, 10, 10}, {5, 5, 2}, {-4, -1, 2}, {1, 10, 1e9}} do
        local first = range[1] < 0 and range[1] + 11 or range[1]
        local last = range[2] < 0 and range[2] + 11 or range[2]
        local rows = {}
        for i = first, last, range[3] do rows[#rows + 1] = source[i]:totable() end
        assert.are.same(rows, x[{range}]:totable(), layout)
        assert.are.same(rows, x:t()[{{}, range}]:t():totable(), layout)
      end
      assert.are.same({{9, 12}, {23, 26}}, x[{{2, 5, 2}, {2, 6, 3}}]:totable())
      assert.are.same({3, 17}, x[{{1, 3, 2}, 3}]:totable())
    end
    local x = torch.zeros(6)
    x[{{2, 6, 2}}]:add(1)
    assert.are.same({0, 1, 0, 1, 0, 1}, x:totable())
    assert.is_true(x[{{1, 6, 4}}]:storage() == x:storage())
    assert.are.same({1, 3}, torch.range(1, 4)[{{1, 4, 2.9}}]:totable()) -- truncated like an index
  end)

  it('is assigned numbers and tensors', function()
    local x = torch.zeros(5, 4)
    x[{{1, 5, 2}, {2, 4, 2}}] = 7
    assert.are.equal(6 * 7, x:sum())
    assert.are.equal(7, x[5][4])
    x[{{2, 4, 2}}] = torch.range(1, 8)
    assert.are.same({5, 6, 7, 8}, x[4]:totable())
    assert.are.same({0, 7, 0, 7}, x[3]:totable())
    local y = torch.range(1, 6)
    y[{{1, 6, 2}}] = y[{{2, 6, 2}}]
    assert.are.same({2, 2, 4, 4, 6, 6}, y:totable())
  end)

  it('works in as many dimensions as there are', function()
    local sizes = {}
    for d = 1, 16 do sizes[d] = d > 14 and 3 or 1 end
    local x = torch.range(1, 9):view(unpack(sizes))
    local ranges = {}
    for d = 1, 16 do ranges[d] = {1, -1, 2} end
    assert.are.same({1, 3, 7, 9}, helpers.flat(x[ranges]))
  end)

  it('needs a step of 1 or more', function()
    local x = torch.zeros(3, 3)
    for _, step in ipairs {0, -1, 0.5, 0 / 0, math.huge} do
      raises('index 2: expected a step of 1 or more, got', function()
        return x[{{}, {1, 3, step}}]
      end)
    end
    raises('index 1: expected a step of 1 or more, got a string', function()
      x[{{1, 3, 'x'}}] = 1
    end)
    assert.are.equal(0, x:sum())
  end)
end)
