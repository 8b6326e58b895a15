-- Work that is cut into parts on the GPU gives what the CPU gives: filling and copying of packs,
-- running sums, masks.

local torch = require 'torch'
local compare = require 'cuda.compare'
local device = require 'cuda.device'

describe('on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for _, type_name in ipairs(compare.all) do
    local class = 'torch.' .. type_name .. 'Tensor'

    it('filling keeps what is beside the elements, ' .. type_name, function()
      local function fill(x, first, n) x:narrow(1, first, n):fill(3) end
      for _, n in ipairs {1, 7, 64, 1003} do
        for first = 1, 9, 4 do
          assert.is_nil(compare.call(fill, nil, torch.zeros(n + 20):type(class), first, n))
        end
      end
    end)

    it('copies of parts of matrices are those of the CPU, ' .. type_name, function()
      torch.manualSeed(3)
      local function copy(r, x, left, width)
        r:narrow(2, left, width):copy(x:narrow(2, 1, width))
      end
      for _, row in ipairs {24, 32, 33} do
        for _, left in ipairs {1, 2, 3, 5, 9} do
          for _, width in ipairs {1, 2, 4, 6, 8, 15, 16} do
            assert.is_nil(compare.call(copy, nil, torch.zeros(3, row):type(class),
              compare.values(type_name, 3, row), left, width))
          end
        end
      end
    end)

    it('transposed copies are those of the CPU, ' .. type_name, function()
      torch.manualSeed(8)
      local function clone(x, a, b) return x:transpose(a, b):clone() end
      local function copy(r, x) r:narrow(2, 3, 33):copy(x:t():narrow(2, 1, 33)) end
      for _, sizes in ipairs {{16, 16}, {33, 70}, {3, 20, 40}, {20, 3, 40}, {2, 17, 3, 18}} do
        local x = compare.values(type_name, unpack(sizes))
        for a = 1, #sizes - 1 do
          for b = a + 1, #sizes do
            assert.is_nil(compare.call(clone, nil, x, a, b), table.concat(sizes, ' x '))
          end
        end
      end
      assert.is_nil(compare.call(copy, nil, torch.zeros(40, 50):type(class),
        compare.values(type_name, 34, 40)))
    end)

    it('conversions are those of the CPU, ' .. type_name, function()
      torch.manualSeed(4)
      local function convert(r, x, shift, n) r:narrow(1, 1, n):copy(x:narrow(1, shift, n)) end
      for _, other in ipairs(compare.all) do
        for _, n in ipairs {3, 4, 1001} do
          for _, shift in ipairs {1, 2, 5} do
            local x = torch.DoubleTensor(n + 5):random(0, 100):type(class)
            assert.is_nil(compare.call(convert, nil,
              torch.zeros(n + 5):type('torch.' .. other .. 'Tensor'), x, shift, n), other)
          end
        end
      end
    end)

    it('running sums and products are those of the CPU, ' .. type_name, function()
      torch.manualSeed(5)
      for _, shape in ipairs {{5}, {1025}, {9000}, {2, 9001}, {9001, 2}, {300, 7}, {5, 200, 3}} do
        local sums = torch.DoubleTensor(unpack(shape)):random(0, 1):type(class)
        local products = torch.DoubleTensor(unpack(shape)):random(1, 300):eq(1):double():add(1)
          :type(class)
        for dim = 1, #shape do
          local name = table.concat(shape, ' x ') .. ' along ' .. dim
          assert.is_nil(compare.call(function(x) return x:cumsum(dim) end, 1e-6, sums), name)
          if shape[1] < 9000 and (shape[2] or 1) < 9000 then
            assert.is_nil(compare.call(function(x) return x:cumprod(dim) end, 1e-6, products), name)
          end
          assert.is_nil(compare.call(function(x) return x:cumsum(x, dim) end, 1e-6, sums), name)
        end
      end
    end)
  end

  it('masks find what the CPU finds', function()
    torch.manualSeed(6)
    for _, n in ipairs {1, 7, 2047, 2049, 9000, 40000} do
      local mask, x = torch.ByteTensor(n):random(0, 1), torch.FloatTensor(n):uniform()
      assert.is_nil(compare.call(function(m) return m:nonzero() end, nil, mask), n)
      assert.is_nil(compare.call(function(m, v)
        if m:max() == 0 then return end
        local picked = v:maskedSelect(m)
        return picked, v:maskedCopy(m, picked * 2)
      end, nil, mask, x), n)
    end
  end)
end)
