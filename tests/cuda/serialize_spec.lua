-- Tensors and storages of GPUs in files: Torch7's layout under the names of their classes.

local device = require 'cuda.device'
local torch = require 'torch'

describe('files with CUDA tensors', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  local types = {
    Byte = 'CudaByte', Char = 'CudaChar', Short = 'CudaShort', Int = 'CudaInt', Long = 'CudaLong',
    Half = 'CudaHalf', Float = 'Cuda', Double = 'CudaDouble', BFloat16 = 'CudaBFloat16',
  }

  it('have the layout of files with tensors of the CPU, the names of classes apart', function()
    for name, stem in pairs(types) do
      local x = torch[name .. 'Tensor'] {{1, 2, 3}, {4, 5, 6}}
      local here = torch.serialize(x:t(), 'ascii')
      local there = torch.serialize(device.place(x:t()), 'ascii')
      for _, kind in ipairs {'Tensor', 'Storage'} do
        local own, other = 'torch.' .. name .. kind, 'torch.' .. stem .. kind
        here = here:gsub(('\n%d\n%s\n'):format(#own, own:gsub('%.', '%%.')),
          ('\n%d\n%s\n'):format(#other, other))
      end
      assert.are.equal(here, there)
    end
  end)

  for _, mode in ipairs {'binary', 'ascii', 'b32', 'b64'} do
    it('give back what was saved, in mode ' .. mode, function()
      local name = os.tmpname()
      finally(function() os.remove(name) end)
      for _, stem in pairs(types) do
        local x = torch[stem .. 'Tensor']():resize(3, 4):fill(2)
        x:select(2, 2):fill(5)
        local saved = {x = x, columns = x:t():narrow(1, 2, 2), storage = x:storage(),
          empty = torch[stem .. 'Tensor']()}
        torch.save(name, saved, mode)
        local back = torch.load(name, mode)
        assert.are.equal(x:type(), back.x:type())
        assert.are.same(x:totable(), back.x:totable())
        assert.are.same(saved.columns:totable(), back.columns:totable())
        assert.are.same(saved.columns:stride():totable(), back.columns:stride():totable())
        assert.are.equal(0, back.empty:nDimension())
        assert.are.same(x:storage():totable(), back.storage:totable())
        back.x:fill(9) -- the storage is one
        assert.are.equal(9, back.columns:min())
        assert.are.equal(9, back.storage[1])
      end
    end)
  end

  it('are loaded to the current GPU', function()
    local cutorch = require 'cutorch'
    finally(function() cutorch.setDevice(1) end)
    local bytes = torch.serialize(torch.CudaTensor {1, 2})
    for i = 1, cutorch.getDeviceCount() do
      cutorch.setDevice(i)
      local x = torch.deserialize(bytes)
      assert.are.equal(i, x:getDevice())
      assert.are.same({1, 2}, x:totable())
    end
  end)

  it('that are damaged say so', function()
    local bytes = torch.serialize(torch.CudaTensor(100):fill(1))
    local ok, message = pcall(torch.deserialize, bytes:sub(1, #bytes - 8))
    assert.is_false(ok)
    assert.matches('98 of 100 elements', message)
    ok, message = pcall(torch.deserialize, (bytes:gsub('\17%z%z%ztorch%.CudaStorage',
      '\18\0\0\0torch.FloatStorage')))
    assert.is_false(ok)
    assert.matches('CudaTensor on a FloatStorage', message)
  end)
end)
