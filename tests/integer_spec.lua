-- Integer arithmetic over the whole range of each type: exact, wrapping, and an error for division
-- by zero.

local torch = require 'torch'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local rows = require 'row_reference'

local floor, abs = math.floor, math.abs
local bits, new, assert_values = rows.bits, rows.new, rows.assert_values

describe('integer arithmetic', function()
  local whole_range = {Byte = {0, 255}, Char = {-128, 127}, Short = {-32768, 32767},
    Int = {-2 ^ 31, 2 ^ 31 - 1}}

  -- The extremes of the type, zero and its neighbours, and numbers between.
  local function samples(dtype)
    local low, high = unpack(whole_range[dtype])
    local out = {low, low + 1, high, high - 1, 0, 1, 2, 3, 7}
    if low < 0 then for _, v in ipairs {-1, -2, -3, -7} do out[#out + 1] = v end end
    for _ = 1, 12 do out[#out + 1] = low + floor(torch.uniform() * (high - low + 1)) end
    return out
  end

  local names = {'cmul', 'cdiv', 'cfmod', 'cremainder', 'cmax', 'cmin', 'cbitand', 'cbitor',
    'cbitxor',
    'clshift', 'crshift', 'lt', 'gt', 'le', 'ge', 'eq', 'ne'}

  for _, name in ipairs(names) do
    it('of ' .. name .. ' over the whole range of each type', function()
      local row
      for _, r in ipairs(ops.rows) do if r.name == name then row = r end end
      for dtype in pairs(whole_range) do
        local low = whole_range[dtype][1]
        for _, y in ipairs(samples(dtype)) do
          local xs, kept = samples(dtype), {}
          for _, x in ipairs(xs) do
            local division = name == 'cdiv' or name == 'cfmod' or name == 'cremainder'
            local shift = name == 'clshift' or name == 'crshift'
            if not (division and (y == 0 or (y == -1 and x == low and low < 0)))
              and not (shift and (y < 0 or y >= bits[dtype]))
              and not (name == 'cmul' and abs(x * y) >= 2 ^ 53) then
              kept[#kept + 1] = x
            end
          end
          if #kept > 0 then
            local x = new(dtype, kept)
            local ys = new(dtype, #kept):fill(y)
            assert_values(torch[name](x, ys), row, dtype, kept, helpers.flat(ys), nil, nil,
              name .. ' ' .. dtype)
          end
        end
      end
    end)
  end

  it('of 64 bits is exact and wraps', function()
    local big = torch.LongTensor(2)
    local data = big:data()
    data[0], data[1] = 2LL ^ 62 + 1, -(2LL ^ 62) - 1
    assert.is_true(torch.mul(big, 4):data()[0] == 4LL)
    assert.is_true(torch.add(big, big):data()[0] == -0x8000000000000000LL + 2LL)
    assert.is_true(torch.cdiv(big, torch.LongTensor {3, 3}):data()[0] == (2LL ^ 62 + 1LL) / 3LL)
    assert.is_true(torch.cremainder(big, torch.LongTensor {5, 5}):data()[1] == 0LL
      + (5LL - (2LL ^ 62 + 1LL) % 5LL) % 5LL)
    assert.are.same({1, 0}, torch.gt(big, 0):totable())
    assert.is_true(torch.abs(big):data()[1] == 2LL ^ 62 + 1LL)
  end)

  it('by zero, and of the least Int by -1, raises and leaves the result as it was', function()
    for dtype, range in pairs(whole_range) do
      local r = new(dtype, {9, 9})
      for _, name in ipairs {'cdiv', 'cfmod', 'cremainder'} do
        assert.is_false(pcall(torch[name], r, new(dtype, {4, 5}), new(dtype, {1, 0})))
        if dtype == 'Int' then
          assert.is_false(pcall(torch[name], r, new(dtype, {1, range[1]}), new(dtype, {1, -1})))
        end
        assert.are.same({9, 9}, r:totable(), name .. ' ' .. dtype)
      end
      for _, name in ipairs {'div', 'fmod', 'remainder'} do
        assert.is_false(pcall(r[name], r, 0), name .. ' ' .. dtype)
        assert.is_false(pcall(r[name], r, 0.5), name .. ' ' .. dtype)
      end
    end
    assert.are.same({-128}, torch.cdiv(torch.CharTensor {-128}, torch.CharTensor {-1}):totable())
    assert.is_false(pcall(torch.addcdiv, torch.IntTensor {1}, 1, torch.IntTensor {1},
      torch.IntTensor {0}))
  end)
end)
