-- Indices and masks that lie in CPU memory, and indices of other types, apply to tensors on GPUs as
-- they do in cutorch.

local compare = require 'cuda.compare'
local device = require 'cuda.device'
local torch = require 'torch'

-- Conversions of indices that every GPU tensor takes.
local conversions = {'long', 'cudaLong', 'cudaInt', 'cuda', 'cudaDouble'}

describe('tensors on a GPU', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  local index, few = torch.LongTensor {4, 1, 3}, torch.LongTensor {{2, 3}, {1, 2}, {3, 1}, {1, 3}}
  local calls = {
    index = function(x, i) return x:index(1, i) end,
    ['index with a result'] = function(x, i)
      local r = x.new()
      r:index(x, 1, i)
      return r
    end,
    indexCopy = function(x, i) return x:indexCopy(1, i, x:narrow(1, 1, 3):clone():fill(7)) end,
    indexAdd = function(x, i) return x:indexAdd(1, i, x:narrow(1, 1, 3):clone():fill(7)) end,
    indexFill = function(x, i) return x:indexFill(1, i, 7) end,
    gather = function(x, _, elements) return x:gather(2, elements) end,
    scatter = function(x, _, elements)
      return x:scatter(2, elements, x:narrow(2, 1, 2):clone():fill(7))
    end,
    ['scatter of a number'] = function(x, _, elements) return x:scatter(2, elements, 7) end,
  }
  for name, call in pairs(calls) do
    it('take indices of other types and places: ' .. name, function()
      for _, type_name in ipairs(compare.all) do
        local x = torch.range(1, 12):view(4, 3):type('torch.' .. type_name .. 'Tensor')
        for _, conversion in ipairs(conversions) do
          local here, there = x:clone(), device.place(x)
          local want = call(here, index, few)
          local got = call(there, index[conversion](index), few[conversion](few))
          assert.is_nil(compare.difference(got, want), type_name .. ' ' .. conversion)
          assert.is_nil(compare.difference(there, here), type_name .. ' ' .. conversion)
        end
      end
    end)
  end

  it('take indices of their own type', function()
    for _, type_name in ipairs {'Short', 'Half', 'Byte'} do
      local x = torch.range(1, 12):view(4, 3):type('torch.' .. type_name .. 'Tensor')
      local i = index:type(x:type())
      local got = device.place(x):index(1, device.place(i))
      assert.is_nil(compare.difference(got, x:index(1, index)))
    end
  end)

  it('take masks in CPU memory', function()
    local mask = torch.ByteTensor {{1, 0, 1}, {0, 0, 1}, {1, 1, 0}, {0, 0, 0}}
    local y = torch.range(21, 32):view(4, 3):float()
    for _, call in ipairs {
      function(x) return x:maskedSelect(mask) end,
      function(x) return x:t():maskedSelect(mask) end,
      function(x) return x[mask] end,
      function(x) return x:maskedFill(mask, 9) and x end,
      function(x, source) return x:maskedCopy(mask, source) and x end,
      function(x) x[mask] = 9 return x end,
      function(x, source) x[mask] = source return x end,
    } do
      local x = torch.range(1, 12):view(4, 3):float()
      local there = x:cuda()
      assert.is_nil(compare.difference(call(there, y:cuda()), call(x, y)))
    end
  end)

  it('refuse other indices and masks', function()
    local x = torch.CudaTensor(4, 3):zero()
    for message, f in pairs {
      ['expected a LongTensor of the same device as index, got a FloatTensor'] = function()
        x:index(1, torch.FloatTensor {1})
      end,
      ['expected a LongTensor of the same device as index, got a CudaLongTensor'] = function()
        torch.FloatTensor(4, 3):index(1, torch.CudaLongTensor {1})
      end,
      ['index: index 5 at position 2 is out of range 1..4'] = function()
        x:index(1, torch.LongTensor {1, 5})
      end,
      ['the tensor is a FloatTensor on device 0, the mask a CudaByteTensor'] = function()
        torch.FloatTensor(2):fill(0):maskedFill(torch.CudaByteTensor(2):zero(), 1)
      end,
      ['expected a ByteTensor as mask, got a FloatTensor'] = function()
        x:maskedFill(torch.CudaTensor(4, 3):zero(), 1)
      end,
    } do
      local ok, text = pcall(f)
      assert.is_false(ok)
      assert.is_truthy(text:find(message, 1, true), text)
    end
  end)

  it('say where they are once they have elements', function()
    local x = torch.CudaTensor()
    assert.are.equal(0, x:getDevice())
    x:resize(2, 3)
    assert.are.equal(1, x:getDevice())
    assert.are.equal(1, x:storage():getDevice())
    assert.are.equal(1, x:t():getDevice())
    assert.is_nil(torch.FloatStorage(1).getDevice)
  end)

  it('have counterparts in pinned memory, of sizes in a table too', function()
    local cutorch = require 'cutorch'
    assert.are.same({2, 3}, cutorch.createCudaHostTensor({2, 3}):size():totable())
    assert.are.same({4}, cutorch.createCudaHostLongTensor({4}):size():totable())
    local empty = cutorch.createCudaHostTensor()
    assert.are.equal(0, empty:nElement())
    assert.is_truthy(empty:storage())
  end)
end)
