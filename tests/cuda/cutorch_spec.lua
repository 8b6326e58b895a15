-- cutorch itself: devices, types, conversion, memory, and errors of tensors on different devices.

local device = require 'cuda.device'
local ffi = require 'ffi'
local helpers = require 'helpers'
local torch = require 'torch'

describe('cutorch', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  local types = {
    Byte = 'CudaByte', Char = 'CudaChar', Short = 'CudaShort', Int = 'CudaInt', Long = 'CudaLong',
    Half = 'CudaHalf', Float = 'Cuda', Double = 'CudaDouble', BFloat16 = 'CudaBFloat16',
  }

  after_each(function() cutorch.setDevice(1) end)

  it('has a class for every type, and a method that converts to it', function()
    for name, stem in pairs(types) do
      local x = torch[name .. 'Tensor'] {{1, 2, 3}, {4, 5, 6}}
      local there = x[stem:gsub('^Cuda', 'cuda')](x)
      assert.are.equal('torch.' .. stem .. 'Tensor', there:type())
      assert.are.equal('torch.' .. stem .. 'Storage', torch.type(there:storage()))
      assert.are.same(x:totable(), there:totable())
      assert.are.same(x:t():totable(), there:t():double():totable())
      assert.are.equal(6, there[2][3])
      assert.are.same({2, 5}, there:select(2, 2):type('torch.DoubleTensor'):totable())
      assert.is_true(there:equal(x:type(there:type())))
    end
  end)

  it('has types that can be the default of torch', function()
    torch.setdefaulttensortype('torch.CudaTensor')
    local ok, made = pcall(function()
      return {torch.Tensor(2), torch.zeros(2), torch.ones(2, 3), torch.rand(3), torch.range(1, 3),
        torch.eye(2), torch.linspace(0, 1, 3), torch.IntTensor(2):zero():real()}
    end)
    torch.setdefaulttensortype('torch.DoubleTensor')
    assert(ok, made)
    for i, t in ipairs(made) do assert.are.equal('torch.CudaTensor', t:type(), i) end
    assert.are.equal(6, made[3]:sum())
    assert.are.equal('torch.DoubleTensor', torch.zeros(2):type())
  end)

  it('copies to and from tensors of other types and layouts', function()
    local x = torch.range(1, 12):view(3, 4)
    for _, layout in ipairs {x, x:t(), x:narrow(2, 2, 2), x:t():narrow(1, 2, 2)} do
      for _, stem in pairs(types) do
        local there = torch[stem .. 'Tensor']():resize(layout:size()):copy(layout)
        assert.are.same(layout:totable(), there:totable())
        there:resize(layout:t():size())
        assert.are.same(layout:totable(), there:t():copy(layout):totable())
        there:resize(layout:size()):copy(layout)
        local back = torch.IntTensor():resize(layout:size())
        assert.are.same(layout:totable(), back:copy(there):totable())
      end
    end
  end)

  it('makes tensors on the device that was chosen', function()
    for i = 1, cutorch.getDeviceCount() do
      cutorch.setDevice(i)
      assert.are.equal(i, cutorch.getDevice())
      local x = torch.CudaTensor(3):fill(i)
      cutorch.setDevice(1)
      assert.are.same({i + 1, i + 1, i + 1}, (x + 1):totable())
      assert.are.equal(1, cutorch.getDevice())
      assert.are.equal(i, cutorch.withDevice(i, cutorch.getDevice))
    end
    assert.has_error(function() cutorch.setDevice(99) end)
    assert.is_string(cutorch.getDeviceProperties(1).name)
  end)

  it('gives memory back', function()
    collectgarbage()
    local before = cutorch.getMemoryUsage()
    local x = torch.CudaTensor(1000, 1000)
    assert.is_true(before - cutorch.getMemoryUsage() >= 4e6)
    x:free()
    x = nil -- luacheck: ignore
    collectgarbage()
    assert.are.equal(before, (cutorch.getMemoryUsage()))
  end)

  it('names both types where tensors do not fit', function()
    local ok, message = pcall(torch.add, torch.CudaTensor(3), torch.FloatTensor(3))
    assert.is_false(ok)
    assert.matches('expected a CudaTensor, got a FloatTensor', message)
    ok, message = pcall(torch.CudaTensor, torch.FloatTensor(3))
    assert.is_false(ok)
    assert.matches('FloatTensor', message)
    if cutorch.getDeviceCount() > 1 then
      local other = cutorch.withDevice(2, function() return torch.CudaTensor(3) end)
      ok, message = pcall(torch.add, torch.CudaTensor(3), other)
      assert.is_false(ok)
      assert.matches('device', message)
    end
  end)

  it('stays when the threads that loaded it end', function()
    local status, output = helpers.script([[
      local torch, threads = require 'torch', require 'threads'
      for _ = 1, 2 do
        local pool = threads.Threads(2, function() require 'cutorch' end)
        pool:addjob(function() return torch.CudaTensor(3):fill(2):sum() end,
          function(sum) assert(sum == 6) end)
        pool:terminate()
      end
      assert(io.open('/proc/self/maps'):read('*a'):find('libluatorch_cuda', 1, true))
      require 'cutorch'
      assert(torch.CudaTensor(3):fill(2):sum() == 6)]])
    assert.are.equal(0, status, output)
  end)

  it('reports memory that there is not', function()
    local ok, message = pcall(torch.CudaTensor, 2 ^ 40)
    assert.is_false(ok)
    assert.matches('out of memory on GPU 1: .* MB asked for, .* held .* free', message)
    assert.are.equal(6, torch.CudaTensor {1, 2, 3}:sum())
  end)

  it('gives back what the pool keeps before memory is out', function()
    local library = ffi.load(package.searchpath('libluatorch_cuda', package.cpath))
    pcall(ffi.cdef, 'void emulated_keep(double bytes);')
    local emulated, keep = pcall(function() return library.emulated_keep end)
    if not emulated then return end
    finally(function() keep(0) end)
    local held = torch.CudaTensor(1e6)
    keep(2 ^ 32)
    assert.are.equal(3e6, torch.CudaTensor(3e6):fill(1):sum())
    local ok, message = pcall(torch.CudaTensor, 2 ^ 40)
    assert.is_false(ok)
    local mega = tonumber(message:match('([%d.]+) MB held by live storages'))
    assert.is_true(mega >= held:nElement() * 4e-6, message)
  end)
end)
