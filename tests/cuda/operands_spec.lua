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
    scatterAdd = function(x, _, elements)
      return x:scatterAdd(2, elements, x:narrow(2, 1, 2):clone():fill(7))
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

  local mask = torch.ByteTensor {{1, 0, 1}, {0, 0, 1}, {1, 1, 0}, {0, 0, 0}}
  local uses = {
    function(x, m) return x:maskedSelect(m) end,
    function(x, m) return x:t():maskedSelect(m) end,
    function(x, m) return x[m] end,
    function(x, m) return x:maskedFill(m, 9) and x end,
    function(x, m, source) return x:maskedCopy(m, source) and x end,
    function(x, m) x[m] = 9 return x end,
    function(x, m, source) x[m] = source return x end,
  }

  -- Every use of a mask there, which stands for the same ones here.
  local function applies(there)
    local x, y = torch.range(1, 12):view(4, 3):float(), torch.range(21, 32):view(4, 3):float()
    for _, use in ipairs(uses) do
      local got = use(x:cuda(), there, y:cuda())
      assert.is_nil(compare.difference(got, use(x:clone(), mask, y)))
    end
  end

  it('take masks in CPU memory', function() applies(mask) end)

  it('take masks of any type on their GPU, of which all but 0 counts as 1', function()
    for _, type_name in ipairs(compare.all) do
      local there = device.place(mask:type('torch.' .. type_name .. 'Tensor'))
      applies(there)
      if type_name ~= 'Byte' then applies(there:mul(type_name == 'Char' and -3 or 300)) end
    end
    applies(mask:cuda():div(-4))
    applies(mask:t():contiguous():cuda():t())
    local x, y = torch.range(1, 12):view(4, 3):cuda(), torch.CudaTensor(4, 3):zero()
    local want = torch.where(mask, x:float(), y:float())
    assert.is_nil(compare.difference(torch.where(mask:cuda(), x, y), want))
    assert.is_nil(compare.difference(torch.where(mask:cuda():div(-4):t():contiguous():t(), x, y),
      want))
    local above = torch.gt(torch.CudaTensor(), x, 6) -- a result of its own type
    assert.are.equal('torch.CudaTensor', above:type())
    assert.are.equal(57, x[above]:sum())
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
        x:maskedFill(torch.FloatTensor(4, 3):zero(), 1)
      end,
      ['index: expected a ByteTensor as mask, got a FloatTensor'] = function()
        return x[torch.FloatTensor(4, 3):zero()]
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
