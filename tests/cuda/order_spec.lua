-- Order on the GPU gives what the CPU gives, positions included: sizes around those of the kernels'
-- tiles and chunks, in every type and layout.

local torch = require 'torch'
local compare = require 'cuda.compare'
local device = require 'cuda.device'

local shapes = {
  {1}, {2}, {33}, {2047}, {2048}, {2049}, {9001}, {40, 7}, {7, 40}, {3, 2100}, {2100, 3}, {5, 1, 6},
}

-- Types of each size of element, for the long lines.
local by_size = {Byte = true, Half = true, Float = true, Long = true}

local calls = {
  sort = function(x, dim) return torch.sort(x, dim) end,
  descending = function(x, dim) return torch.sort(x, dim, true) end,
  ['topk of few'] = function(x, dim) return torch.topk(x, math.min(3, x:size(dim)), dim) end,
  ['topk of most'] = function(x, dim)
    return torch.topk(x, math.ceil(x:size(dim) * 0.9), dim, true)
  end,
  ['kthvalue'] = function(x, dim) return torch.kthvalue(x, math.ceil(x:size(dim) / 3), dim) end,
  ['the largest'] = function(x, dim) return torch.kthvalue(x, x:size(dim), dim) end,
  median = function(x, dim) return torch.median(x, dim) end,
  mode = function(x, dim) return torch.mode(x, dim) end,
}

describe('order on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for _, type_name in ipairs(compare.all) do
    it('is that of the CPU for ' .. type_name, function()
      torch.manualSeed(7)
      for _, shape in ipairs(shapes) do
        local long = shape[1] * (shape[2] or 1) > 2049
        local x = compare.values(type_name, unpack(shape))
        for dim = 1, long and not by_size[type_name] and 0 or #shape do
          for name, call in pairs(calls) do
            assert.is_nil(compare.call(call, nil, x, dim),
              ('%s of %s along %d'):format(name, table.concat(shape, ' x '), dim))
          end
        end
      end
    end)
  end

  it('is stable for many different values', function()
    torch.manualSeed(8)
    for _, x in ipairs {torch.randn(5000), torch.FloatTensor(20000):normal(),
      torch.LongTensor(5000):random(1, 100000):mul(2 ^ 33)} do
      for name, call in pairs(calls) do assert.is_nil(compare.call(call, nil, x, 1), name) end
    end
  end)

  it('of strided tensors is that of the CPU', function()
    local x = compare.values('Float', 60, 70):t()
    for name, call in pairs(calls) do
      assert.is_nil(compare.call(call, nil, x, 1), name)
      assert.is_nil(compare.call(call, nil, x, 2), name)
    end
  end)

  for _, type_name in ipairs(compare.all) do
    it('finds distinct elements and searches, ' .. type_name, function()
      torch.manualSeed(9)
      for _, n in ipairs {1, 2, 255, 2048, 2049, 5000} do
        local x = compare.values(type_name, n)
        assert.is_nil(compare.call(function(v) return torch.unique(v, true, true) end, nil, x), n)
        assert.is_nil(compare.call(function(v) return (torch.unique(v)) end, nil, x), n)
        local sorted, values = torch.sort(x), compare.values(type_name, 300)
        for _, right in ipairs {false, true} do
          assert.is_nil(compare.call(function(s, v) return torch.searchsorted(s, v, right) end, nil,
            sorted, values), n)
        end
      end
      local sorted = torch.sort(compare.values(type_name, 9, 31), 2)
      assert.is_nil(compare.call(function(s, v) return torch.searchsorted(s, v) end, nil, sorted,
        compare.values(type_name, 9, 4)))
    end)
  end
end)
