-- Indexing on the GPU gives what the CPU gives, bit for bit, also where indices are equal: few and
-- many indices, and few and many lines, which go to different kernels.

local torch = require 'torch'
local compare = require 'cuda.compare'
local device = require 'cuda.device'

-- Sizes of the tensor, the dimension, and how many indices.
local cases = {
  {{50}, 1, 40}, {{9}, 1, 3000}, {{50, 3}, 1, 200}, {{3, 50}, 2, 200}, {{2, 30, 4}, 2, 100},
  {{6, 5}, 1, 7}, {{300, 4, 2}, 1, 33}, {{1100, 5}, 2, 40},
}

-- Calls of r, dimension, indices of slices, x of the same sizes but as many slices, indices of
-- elements.
local calls = {
  index = function(r, dim, index) return r:index(dim, index) end,
  indexCopy = function(r, dim, index, x) return r:indexCopy(dim, index, x) end,
  indexAdd = function(r, dim, index, x) return r:indexAdd(dim, index, x) end,
  ['indexAdd of a transposed source'] = function(r, dim, index, x)
    return r:indexAdd(dim, index, x:transpose(1, dim):clone():transpose(1, dim))
  end,
  indexFill = function(r, dim, index) return r:indexFill(dim, index, 3) end,
  gather = function(r, dim, _, _, elements) return r:gather(dim, elements) end,
  scatter = function(r, dim, _, x, elements) return r:scatter(dim, elements, x) end,
  scatterAdd = function(r, dim, _, x, elements) return r:scatterAdd(dim, elements, x) end,
  ['scatterAdd of a transposed source'] = function(r, dim, _, x, elements)
    return r:scatterAdd(dim, elements, x:transpose(1, dim):clone():transpose(1, dim))
  end,
  ['scatter of a number'] = function(r, dim, _, _, elements) return r:scatter(dim, elements, 2) end,
}

describe('indexing on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for _, type_name in ipairs(compare.all) do
    it('is that of the CPU for ' .. type_name, function()
      torch.manualSeed(5)
      for i, case in ipairs(cases) do
        local sizes, dim, n = unpack(case)
        local r = compare.values(type_name, unpack(sizes))
        local longer = {unpack(sizes)}
        longer[dim] = n
        local x = compare.values(type_name, unpack(longer))
        local index = torch.LongTensor(n):random(1, sizes[dim])
        local elements = torch.LongTensor(unpack(longer)):random(1, sizes[dim])
        for name, call in pairs(calls) do
          assert.is_nil(compare.call(call, nil, r, dim, index, x, elements),
            ('%s, case %d'):format(name, i))
        end
      end
    end)
  end

  it('writes nothing where an index is out of range', function()
    local index = torch.LongTensor(100):fill(1)
    index[77] = 4
    local r = device.place(torch.FloatTensor(3):zero())
    for _, name in ipairs {'indexAdd', 'indexCopy'} do
      local ok, message = pcall(r[name], r, 1, device.place(index),
        device.place(torch.FloatTensor(100):fill(1)))
      assert.is_false(ok)
      assert.matches('index 4 at position 77 is out of range 1..3', message, 1, true)
    end
    assert.are.same({0, 0, 0}, r:totable())
  end)
end)
