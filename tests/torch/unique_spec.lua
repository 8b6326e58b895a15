-- The additions unique and searchsorted against plain Lua, on every type and layout.

local torch = require 'torch'
local helpers = require 'helpers'
local reference = require 'sort_reference'

local nan = 0 / 0
local types, less, positions, same, sample =
  reference.types, reference.less, reference.positions, reference.same, reference.sample

describe('unique', function()
  for _, name in ipairs(types) do
    it('finds distinct elements, where they are and how many: ' .. name, function()
      torch.manualSeed(3)
      for layout, x in pairs(helpers.layouts(sample(name, 6, 5, 4))) do
        local values, inverse, counts = torch.unique(x, true, true)
        local list, want, number = helpers.flat(x), {}, {}
        for _, at in ipairs(positions(list)) do
          if #want == 0 or less(want[#want], list[at]) then
            want[#want + 1], number[#number + 1] = list[at], 0
          end
          number[#number] = number[#number] + 1
        end
        local got = helpers.flat(values)
        assert.are.equal(#want, #got, layout)
        for i, v in ipairs(want) do assert.is_true(same(v, got[i]), layout) end
        assert.are.same(number, counts:totable())
        assert.is_true(inverse:isSameSizeAs(x))
        for i, k in ipairs(helpers.flat(inverse)) do
          assert.is_true(not less(want[k], list[i]) and not less(list[i], want[k]), layout)
        end
      end
    end)
  end

  it('returns what is asked for, in a given tensor too', function()
    local x, r = torch.Tensor {2, 1, 2}, torch.Tensor(9)
    assert.are.same({{1, 2}}, {x:unique():totable()})
    local values, counts, none = torch.unique(x, false, true)
    assert.are.same({{1, 2}, {1, 2}}, {values:totable(), counts:totable()})
    assert.is_nil(none)
    local a, inverse = torch.unique(r, x, true)
    assert.is_true(rawequal(a, r))
    assert.are.same({{1, 2}, {2, 1, 2}}, {r:totable(), inverse:totable()})
    assert.are.same({1, 2}, torch.unique(x, x):totable())
    assert.are.equal(0, torch.Tensor():unique():nElement())
    assert.are.same({7}, torch.Tensor(2, 3):fill(7):unique():totable())
  end)
end)

describe('searchsorted', function()
  local function position(list, v, right)
    for i, s in ipairs(list) do
      if right and less(v, s) or not right and not less(s, v) then return i end
    end
    return #list + 1
  end

  for _, name in ipairs(types) do
    it('finds where elements belong: ' .. name, function()
      torch.manualSeed(5)
      for _, right in ipairs {false, true} do
        local x = sample(name, 4, 50)
        local sorted = torch.sort(sample(name, 33))
        local list = helpers.flat(sorted)
        for layout, y in pairs(helpers.layouts(x)) do
          local got = helpers.flat(torch.searchsorted(sorted, y, right))
          for i, v in ipairs(helpers.flat(y)) do
            assert.are.equal(position(list, v, right), got[i], layout)
          end
        end
        local rows = torch.sort(sample(name, 4, 9))
        local got = torch.searchsorted(rows, x, right)
        assert.is_true(got:isSameSizeAs(x))
        for row = 1, 4 do
          for i, v in ipairs(helpers.flat(x[row])) do
            assert.are.equal(position(helpers.flat(rows[row]), v, right), got[row][i])
          end
        end
      end
    end)
  end

  it('takes any number of values, special ones among numbers', function()
    for _, name in ipairs {'Float', 'Double', 'Int'} do
      local floating = reference.floats[name]
      local tiny = name == 'Float' and 2 ^ -149 or 2 ^ -1074
      local specials = floating and {nan, -nan, 1 / 0, -1 / 0, -0.0, 0, tiny, -tiny}
        or {2 ^ 31 - 1, -2 ^ 31, 0, -1, 1, 2 ^ 31 - 1, 7, -7}
      for n = 1, 17, 4 do
        local all = torch.DoubleTensor(n + 8):random(-9, 9)
        for i, v in ipairs(specials) do all[n + i] = v end
        local sorted = torch.sort(all:type('torch.' .. name .. 'Tensor'))
        for _, right in ipairs {false, true} do
          for m = 1, 17 do
            local x = torch.DoubleTensor(m):random(-9, 9)
            if m > 8 then x[m - 8] = specials[m % 8 + 1] end
            x[math.ceil(m / 2)] = specials[(m * n) % 8 + 1]
            x = x:type('torch.' .. name .. 'Tensor')
            local got, list = torch.searchsorted(sorted, x, right), helpers.flat(sorted)
            for i = 1, m do
              assert.are.equal(position(list, x[i], right), got[i], name .. ' ' .. x[i])
            end
          end
        end
      end
    end
  end)

  it('takes numbers, also those that the type cannot hold', function()
    local x = torch.IntTensor {1, 3, 3, 5}
    local got = {}
    for i, v in ipairs {0, 1, 2.5, 3, 3.5, 5, 6, -0.5} do
      got[i] = {x:searchsorted(v), x:searchsorted(v, true)}
    end
    assert.are.same({{1, 1}, {1, 2}, {2, 2}, {2, 4}, {4, 4}, {4, 5}, {5, 5}, {1, 1}}, got)
    local f = torch.FloatTensor {0.1, 0.7}
    assert.are.same({1, 3}, {f:searchsorted(0.1), f:searchsorted(0.7)})
    assert.are.equal(3, torch.HalfTensor {1, 65504}:searchsorted(1e9))
    assert.are.equal(2, torch.Tensor {1, nan}:searchsorted(nan))
  end)

  it('writes to a given tensor, which may be an input', function()
    local r, sorted = torch.LongTensor(), torch.LongTensor {2, 4, 6}
    local got = torch.searchsorted(r, sorted, torch.LongTensor {5, 1})
    assert.is_true(rawequal(got, r))
    assert.are.same({3, 1}, r:totable())
    assert.are.same({1, 2, 3}, torch.searchsorted(sorted, sorted, sorted):totable())
  end)
end)
