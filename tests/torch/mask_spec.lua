-- Masks in every type and layout against plain Lua, chunk borders, bad masks.

local torch = require 'torch'
local helpers = require 'helpers'

local types = helpers.types

local fails = helpers.assert_fails

describe('masks', function()
  it('fill, copy and select for every type and layout', function()
    torch.manualSeed(1)
    for _, type_name in ipairs(types) do
      local source = torch.range(1, 24):view(4, 6):type('torch.' .. type_name .. 'Tensor')
      local mask = torch.ByteTensor(4, 6):random(0, 1)
      for _, x in pairs(helpers.layouts(source)) do
        for _, m in pairs(helpers.layouts(mask)) do
          local elements, bits = helpers.flat(x), helpers.flat(m)
          local filled, copied, selected = {}, {}, {}
          for i = 1, 24 do
            filled[i] = bits[i] == 1 and 100 or elements[i]
            copied[i] = bits[i] == 1 and 50 + #selected or elements[i]
            if bits[i] == 1 then selected[#selected + 1] = elements[i] end
          end
          assert.are.same(selected, helpers.flat(x:maskedSelect(m)))
          local y = x:clone():t():contiguous():t()
          assert.are.equal(100, y:maskedFill(m, 100))
          assert.are.same(filled, helpers.flat(y))
          y:copy(x)
          assert.is_true(y:maskedCopy(m, torch.range(50, 74):type(x:type())) == y)
          assert.are.same(copied, helpers.flat(y))
        end
      end
    end
  end)

  it('apply across the chunks that threads share', function()
    for _, n in ipairs {32768, 32769, 100001} do
      local x = torch.range(1, n):float()
      local mask = torch.ByteTensor(n):zero()
      for i = 1, n, 7 do mask[i] = 1 end
      local got = x:maskedSelect(mask)
      assert.are.equal(math.ceil(n / 7), got:size(1))
      assert.are.equal(1, got[1])
      assert.are.equal(1 + 7 * (got:size(1) - 1), got[got:size(1)])
      local back = torch.zeros(n):float():maskedCopy(mask, got)
      assert.is_true(back:maskedSelect(mask):equal(got))
      assert.are.equal(got:sum(), back:sum())
      assert.are.equal(got:size(1), mask:nonzero():size(1))
      assert.is_true(mask:nonzero():view(-1):float():equal(got))
    end
  end)

  it('read tensors of another shape in their own order', function()
    local x = torch.Tensor {{1, 2, 3}, {4, 5, 6}}
    assert.are.same({1, 6}, helpers.flat(x:maskedSelect(torch.ByteTensor {1, 0, 0, 0, 0, 1})))
    local first = torch.ByteTensor {1, 1, 1, 0, 0, 0}
    assert.are.same({1, 4, 2}, helpers.flat(x:t():maskedSelect(first)))
  end)

  it('cope with a source, mask or result that shares memory', function()
    local x = torch.Tensor {1, 2, 3, 4}
    x:narrow(1, 2, 3):maskedCopy(torch.ByteTensor {1, 1, 1}, x:narrow(1, 1, 3))
    assert.are.same({1, 1, 2, 3}, helpers.flat(x))
    local m = torch.ByteTensor {1, 0, 1}
    m:maskedFill(m, 0)
    assert.are.same({0, 0, 0}, helpers.flat(m))
    local y = torch.Tensor {5, 6, 7}
    y:maskedSelect(y, torch.ByteTensor {0, 1, 1})
    assert.are.same({6, 7}, helpers.flat(y))
  end)

  it('select nothing', function()
    assert.are.equal(0, torch.Tensor(3):maskedSelect(torch.ByteTensor(3):zero()):dim())
    assert.are.equal(0, torch.Tensor():maskedSelect(torch.ByteTensor()):dim())
    assert.are.equal(0, torch.zeros(3, 3):nonzero():dim())
    assert.are.equal(0, torch.Tensor():nonzero():dim())
  end)
end)

describe('nonzero', function()
  it('gives a row of positions for each element that is not 0', function()
    for _, type_name in ipairs(types) do
      local x = torch.Tensor {{0, 2, 0}, {1, 0, 3}}:type('torch.' .. type_name .. 'Tensor')
      for _, y in pairs(helpers.layouts(x)) do
        assert.are.same({{1, 2}, {2, 1}, {2, 3}}, torch.nonzero(y):totable())
      end
      assert.are.same({{1, 2}, {2, 1}, {3, 2}}, x:t():nonzero():totable())
    end
    assert.are.same({{2}}, torch.Tensor {0, 0 / 0}:nonzero():totable())
    local r = torch.LongTensor()
    assert.is_true(torch.nonzero(r, torch.Tensor {0, 1}) == r)
    assert.are.equal(2, r[1][1])
  end)

  it('counts coordinates for every number of dimensions, density and length of rows', function()
    torch.manualSeed(4)
    for _, sizes in ipairs {{1}, {7}, {8}, {33}, {8300}, {3, 8}, {5, 31}, {2, 3, 17}, {2, 2, 2, 9},
        {2, 1, 3, 2, 11}} do
      for _, share in ipairs {0.02, 0.5, 1} do
        local x = torch.rand(torch.LongStorage(sizes)):le(share)
        local got, want, place = x:nonzero(), {}, {}
        for d = 1, #sizes do place[d] = 1 end
        for _, v in ipairs(helpers.flat(x)) do
          if v ~= 0 then want[#want + 1] = {unpack(place)} end
          for d = #sizes, 1, -1 do
            place[d] = place[d] % sizes[d] + 1
            if place[d] > 1 then break end
          end
        end
        assert.are.same(want, #want > 0 and got:totable() or {})
        assert.are.equal(#want, got:nElement() / #sizes)
      end
    end
  end)
end)

describe('bad masks', function()
  local x = torch.Tensor(2, 3):fill(5)
  local twos = torch.ByteTensor(2, 3):fill(2)
  local cases = {
    {'element count', x.maskedSelect, x, torch.ByteTensor(2)},
    {'IntTensor', x.maskedSelect, x, torch.IntTensor(2, 3)},
    {'other than 0 and 1', x.maskedFill, x, twos, 1},
    {'other than 0 and 1', x.maskedCopy, x, twos, torch.Tensor(6)},
    {'other than 0 and 1', x.maskedSelect, x, twos},
    {'element count', x.maskedFill, x, torch.ByteTensor(2), 1},
    {'6 ones but the source', x.maskedCopy, x, torch.ByteTensor(2, 3):fill(1), torch.Tensor(2)},
    {'FloatTensor', x.maskedCopy, x, torch.ByteTensor(2, 3):fill(1), torch.FloatTensor(6)},
    {'expected a number', x.maskedFill, x, torch.ByteTensor(2, 3)},
    {'expected a tensor', x.maskedFill, x, 3, 1}, {'expected a tensor', torch.nonzero, 3},
    {'LongTensor', torch.nonzero, torch.Tensor(), x},
  }
  for i, case in ipairs(cases) do
    it('raise: ' .. case[1] .. ' (' .. i .. ')', function()
      fails(unpack(case))
      assert.are.equal(30, x:sum())
    end)
  end
end)

-- Long rows of a narrowed tensor are filled and copied one by one, transposed tensors in the order
-- of their memory: the same as on a contiguous tensor, and nothing beside it.
describe('a masked', function()
  for _, kind in ipairs {'Byte', 'Short', 'Float', 'Double'} do
    local T = torch[kind .. 'Tensor']
    local layouts = {
      narrowed = function() return T(3, 5, 700):fill(7):narrow(3, 101, 513):narrow(2, 2, 3) end,
      transposed = function() return T(200, 301):fill(7):t() end,
    }
    for name, make in pairs(layouts) do
      for _, rate in ipairs {0.02, 0.5, 1} do
        it(('change of a %s %sTensor at %g of its elements'):format(name, kind, rate), function()
          local x = make()
          local mask = torch.ByteTensor(x:size()):bernoulli(rate)
          local values = T(x:nElement()):random(100)
          local want = x:clone()
          for i, v in ipairs {'maskedFill', 'maskedCopy'} do
            local argument = i == 1 and 5 or values
            x[v](x, mask, argument)
            want[v](want, mask, argument)
            assert.are.equal(0, torch.ne(x, want):sum())
            local used, k = want:view(-1), 0
            local ones = mask:view(-1)
            for at = 1, used:size(1) do
              if ones[at] == 1 then
                k = k + 1
                local value = i == 1 and 5 or values[k]
                if used[at] ~= value then error(('element %d is %g'):format(at, used[at])) end
              end
            end
          end
          local whole = T(x:storage())
          assert.are.equal(whole:nElement() - x:nElement(),
            torch.eq(whole, 7):sum() - torch.eq(x, 7):sum())
        end)
      end
    end
  end
end)
