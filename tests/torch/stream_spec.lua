-- Results larger than the caches are written past them (csrc/cpu/stream.h): the same elements as in
-- pieces, at any alignment, and nothing beyond them.

local torch = require 'torch'

local N = 14000003

-- Calls f(r, x, y) on pieces that are too small to be streamed.
local function in_pieces(f, r, x, y)
  local size = 100000
  for first = 1, N, size do
    local n = math.min(size, N - first + 1)
    f(r:narrow(1, first, n), x:narrow(1, first, n), y:narrow(1, first, n))
  end
end

local cases = {
  {'Float', 'Float', 'a sum', function(r, x, y) r:add(x, 0.5, y) end},
  {'Float', 'Float', 'a function', function(r, x) r:exp(x) end},
  {'Double', 'Double', 'a product with a number', function(r, x) r:mul(x, 3) end},
  {'Int', 'Int', 'a product', function(r, x, y) r:cmul(x, y) end},
  {'Byte', 'Float', 'a comparison', function(r, x, y) x.gt(r, x, y) end},
  {'Float', 'Float', 'a copy', function(r, x) r:copy(x) end},
  {'Double', 'Int', 'a conversion', function(r, x) r:copy(x) end},
  {'Double', 'Double', 'a number', function(r) r:fill(7) end},
  {'Float', 'Float', 'its own input', function(r, x) r:copy(x):mul(r, 2) end},
}

describe('a large result', function()
  for _, case in ipairs(cases) do
    local result, input, what, f = unpack(case)
    it('is right for ' .. what, function()
      local new, class = torch[result .. 'Tensor'], torch[input .. 'Tensor']
      local x = torch.IntTensor():range(1, N):remainder(251):type(class.new():type())
      local y = torch.IntTensor():range(1, N):remainder(127):type(class.new():type())
      local expected = new(N)
      in_pieces(f, expected, x, y)
      for offset = 0, 11, 11 do
        local whole = new(N + 64):fill(1)
        f(whole:narrow(1, 1 + offset, N), x, y)
        local got = whole:narrow(1, 1 + offset, N)
        assert.are.equal(0, got:double():ne(expected:double()):sum())
        if offset > 0 then assert.are.equal(1, whole:narrow(1, 1, offset):double():min()) end
        local rest = whole:narrow(1, 1 + offset + N, 64 - offset):double()
        assert.are.same({1, 1}, {rest:min(), rest:max()})
      end
    end)
  end
end)

-- Rows that are whole cache lines are streamed, others not.
describe('a large result of a transposed operand', function()
  for _, width in ipairs {2048, 2051} do
    local height = 3000
    local x = torch.range(1, height * width):float():view(width, height):t()
    local y = torch.FloatTensor(height, width):fill(1)

    -- Whether r[i][j] = f(x[i][j]) in some rows of every strip and the last ones.
    local function check(r, f)
      for _, row in ipairs {1, 2, 63, 64, 65, 1500, height - 1, height} do
        local line = r[row]
        for column = 1, width do
          local value = (column - 1) * height + row
          if line[column] ~= f(value) then
            error(('element (%d,%d) is %g'):format(row, column, line[column]))
          end
        end
      end
    end

    it(('is right with rows of %d elements'):format(width), function()
      local r = torch.FloatTensor(height, width)
      check(r:copy(x), function(v) return v end)
      check(torch.add(r, x, y), function(v) return v + 1 end)
      check(r:double():copy(x), function(v) return v end)
      check(torch.gt(x, 1e6), function(v) return v > 1e6 and 1 or 0 end)
      check(torch.isnan(x), function() return 0 end)
      check(torch.flip(x, 2):flip(2), function(v) return v end)
      check(torch.flip(x, 1):flip(1), function(v) return v end)
      check(torch.tril(x, width), function(v) return v end)
      local mask = torch.gt(x, 1e6)
      local filled = x:t():clone():t()
      filled:maskedFill(mask, -1)
      check(filled, function(v) return v > 1e6 and -1 or v end)
      check(torch.where(mask, y, x), function(v) return v > 1e6 and 1 or v end)
    end)
  end

  it('of zeros has zeros and nothing beyond them', function()
    local r = torch.FloatTensor(18000010):fill(3)
    r:narrow(1, 4, 18000003):zero()
    assert.are.equal(3 * 7, r:sum())
  end)
end)
