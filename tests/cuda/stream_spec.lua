-- Devices, streams, events, pinned and managed memory, handles, and what their functions refuse.

local device = require 'cuda.device'
local ffi = require 'ffi'
local torch = require 'torch'

describe('cutorch', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  local count = cutorch.getDeviceCount()

  after_each(function()
    cutorch.setDefaultStream()
    cutorch.setBlasHandle(1)
    cutorch.setTF32(false)
  end)

  -- Calls whose arguments are wrong, and a part of their message.
  local refused = {
    {function() cutorch.setDevice(0) end, 'setDevice: expected a GPU from 1'},
    {function() cutorch.setDevice('x') end, 'setDevice: expected a GPU from 1'},
    {function() cutorch.withDevice(count + 1, print) end, 'withDevice: expected a GPU from 1'},
    {function() cutorch.withDevice(1, 2) end, 'withDevice: expected a function as argument 2'},
    {function() cutorch.getDeviceProperties() end, 'getDeviceProperties: expected a GPU'},
    {function() cutorch.getMemoryUsage(99) end, 'getMemoryUsage: expected a GPU'},
    {function() cutorch.getMemoryUsage {} end, 'getMemoryUsage: expected a GPU'},
    {function() cutorch.getPeerToPeerAccess(1, 99) end, 'getPeerToPeerAccess: expected a GPU'},
    {function() cutorch.setPeerToPeerAccess(1, 1) end, 'expected a boolean as argument 3'},
    {function() cutorch.setKernelPeerToPeerAccess() end, 'expected a boolean as argument 1'},
    {function() cutorch.setHeapTracking() end, 'expected a boolean as argument 1'},
    {function() cutorch.reserveStreams(-1) end, 'reserveStreams: expected a number'},
    {function() cutorch.reserveStreams(1e6) end, 'reserveStreams: expected a number'},
    {function() cutorch.reserveStreams 'x' end, 'expected a number of streams as argument 1'},
    {function() cutorch.setStream(999) end, 'setStream: expected a stream from 0'},
    {function() cutorch.setStream(-1) end, 'setStream: expected a stream from 0'},
    {function() cutorch.setStream(0.5) end, 'setStream: expected a stream as argument 1'},
    {function() cutorch.streamWaitFor(0, {999}) end, 'expected a stream from 0'},
    {function() cutorch.streamWaitFor(0, 1) end, 'expected a table of streams as argument 2'},
    {function() cutorch.streamWaitFor(0, {'x'}) end, 'expected streams in a table'},
    {function() cutorch.streamWaitForMultiDevice(99, 0, {[1] = {0}}) end, 'expected a GPU'},
    {function() cutorch.streamWaitForMultiDevice(1, 0, 3) end, 'expected a table {[device]'},
    {function() cutorch.streamBarrier() end, 'expected a table of streams'},
    {function() cutorch.streamBarrierMultiDevice {[99] = {0}, [1] = {0}} end, 'expected a GPU'},
    {function() cutorch.streamSynchronize(999) end, 'streamSynchronize: expected a stream from 0'},
    {function() cutorch.Event().waitOn(3) end, 'expected a cutorch.Event as argument 1'},
    {function() cutorch.reserveBlasHandles(1e6) end, 'expected a number of handles from 0'},
    {function() cutorch.setBlasHandle(0) end, 'setBlasHandle: expected a handle from 1'},
    {function() cutorch.setTF32() end, 'setTF32: expected a boolean'},
    {function() cutorch.manualSeed 'x' end, 'cutorch.manualSeed: expected a number'},
    {function() cutorch.manualSeedAll() end, 'cutorch.manualSeedAll: expected a number'},
    {function() cutorch.setRNGState(torch.ByteTensor(3)) end, 'bytes'},
    {function() cutorch.createCudaHostTensor(2, 'x') end, 'createCudaHost'},
    {function() cutorch.createFloatUVATensor(1e9, 1e9) end, 'too large'},
    {function() cutorch.toCudaUVATensor(torch.FloatTensor(3)) end, 'not in managed memory'},
    {function() cutorch.toCudaUVATensor(torch.DoubleTensor(3)) end, 'expected a FloatTensor'},
    {function() cutorch.isManaged(3) end, 'expected a tensor or a storage'},
    {function() cutorch.isManagedPtr 'x' end, 'expected an address'},
    {function() torch.CudaTensor(2):copyAsync(3) end, 'copyAsync: expected a tensor as argument 2'},
    {function() torch.CudaTensor(2):copyAsync(torch.FloatTensor(3)) end, 'copy'},
    {function() torch.FloatTensor(2):getDevice() end, 'expected a tensor on a GPU'},
    {function() cutorch.test(3) end, 'cutorch.test: expected the name of a test'},
  }

  it('says what is wrong with its arguments, at the line of the call', function()
    for i, row in ipairs(refused) do
      local ok, message = pcall(row[1])
      assert.is_false(ok, 'call ' .. i)
      assert.is_truthy(tostring(message):find(row[2], 1, true), i .. ': ' .. tostring(message))
      assert.matches('stream_spec.lua:%d+: ', message)
    end
    assert.are.equal(1, cutorch.getDevice())
  end)

  it('tells what GPUs there are', function()
    for i = 1, count do
      local p = cutorch.getDeviceProperties(i)
      assert.is_true(p.totalGlobalMem >= p.freeGlobalMem and p.freeGlobalMem > 0)
      assert.is_true(p.major >= 5 and p.warpSize == 32 and p.maxThreadsPerBlock >= 512)
      assert.is_true(p.regsPerBlock > 0 and p.totalConstMem > 0 and p.sharedMemPerBlock > 0)
    end
    assert.is_true(cutorch.getRuntimeVersion() >= 12000)
    assert.is_true(cutorch.getDriverVersion() >= cutorch.getRuntimeVersion())
    assert.is_true(cutorch.hasHalfInstructions())
    assert.is_boolean(cutorch.hasFastHalfInstructions())
    assert.is_true(cutorch.getState() ~= nil)
    cutorch.synchronizeAll()
  end)

  it('gives back the device after an error', function()
    local ok, message = pcall(cutorch.withDevice, count, function() error('here', 0) end)
    assert.are.same({false, 'here'}, {ok, message})
    assert.are.equal(1, cutorch.getDevice())
    assert.are.same({1, nil, 3}, {cutorch.withDevice(count, function() return 1, nil, 3 end)})
  end)

  it('copies between GPUs, directly or not', function()
    if count < 2 then return end
    for i = 1, 2 do
      assert.is_boolean(cutorch.getPeerToPeerAccess(i, 3 - i))
      assert.is_true(cutorch.getPeerToPeerAccess(i, i))
    end
    for _, on in ipairs {false, cutorch.getPeerToPeerAccess(2, 1)} do
      cutorch.setPeerToPeerAccess(2, 1, on)
      assert.are.equal(on, cutorch.getPeerToPeerAccess(2, 1))
      local x = torch.CudaTensor {1, 2, 3}
      local y = cutorch.withDevice(2, function() return torch.CudaTensor(3):copy(x) end)
      assert.are.same({1, 2, 3}, y:totable())
      assert.are.same({1, 2}, {x:getDevice(), y:getDevice()})
      assert.are.same({2, 4, 6}, x:copy(y * 2):totable())
    end
  end)

  it('orders the work of streams', function()
    cutorch.reserveStreams(2)
    cutorch.reserveStreams(1) -- there are enough
    local streams = cutorch.getNumStreams()
    assert.is_true(streams >= 2)
    cutorch.reserveStreams(streams + 1, true)
    assert.are.equal(streams + 1, cutorch.getNumStreams())
    local x = torch.CudaTensor(100000):fill(1)
    for i = 0, streams + 1 do
      cutorch.streamWaitFor(i, {i == 0 and streams + 1 or i - 1})
      cutorch.setStream(i)
      assert.are.equal(i, cutorch.getStream())
      x:add(i)
      torch.CudaTensor(100000):fill(9) -- freed while streams work
      collectgarbage()
    end
    local event = cutorch.Event()
    assert.are.equal('cutorch.Event', torch.type(event))
    cutorch.setDefaultStream()
    event:waitOn()
    assert.are.equal(1 + (streams + 1) * (streams + 2) / 2, x:min())
    cutorch.streamBarrier {0, 1, 2}
    local all = {}
    for i = 1, count do all[i] = {2, 0} end
    cutorch.streamBarrierMultiDevice(all)
    cutorch.streamWaitForMultiDevice(1, 0, all)
    cutorch.streamSynchronize(2)
  end)

  it('multiplies with any handle', function()
    cutorch.reserveBlasHandles(3)
    cutorch.reserveBlasHandles(2)
    assert.are.equal(3, cutorch.getNumBlasHandles())
    local a, b = torch.randn(5, 7), torch.randn(7, 3)
    for i = 3, 1, -1 do
      cutorch.setBlasHandle(i)
      assert.are.equal(i, cutorch.getBlasHandle())
      local c = torch.mm(a:cudaDouble(), b:cudaDouble()):double()
      assert.is_true((c - torch.mm(a, b)):abs():max() < 1e-12)
    end
    cutorch.setTF32(true)
    assert.is_true(cutorch.getTF32())
    local c = torch.mm(a:cuda(), b:cuda()):double()
    assert.is_true((c - torch.mm(a, b)):abs():max() < 0.05)
  end)

  it('has pinned memory of every type, which copies leave without waiting', function()
    for _, name in ipairs {'Float', 'Double', 'Int', 'Long', 'Byte', 'Half'} do
      local x = cutorch['createCudaHost' .. name .. 'Tensor'](2, 3):fill(4)
      assert.are.same({'torch.' .. name .. 'Tensor', {2, 3}}, {x:type(), x:size():totable()})
      local y = device.place(x:clone():fill(0)):copyAsync(x)
      cutorch.synchronize()
      assert.are.equal(4, y:min())
      local back = cutorch['createCudaHost' .. name .. 'Tensor'](torch.LongStorage {2, 3})
      back:copyAsync(y:fill(5))
      cutorch.synchronize()
      assert.are.equal(5, back:min())
      assert.are.equal(8, y:copyAsync(torch.CharTensor(2, 3):fill(8)):max()) -- as copy does
      assert.are.equal(8, x:copyAsync(y:t():clone():t()):max())
    end
    assert.are.equal(0, cutorch.createCudaHostTensor():nElement())
    local grown = cutorch.createCudaHostTensor(2):fill(1):resize(50000)
    assert.are.same({1, 1}, {grown[1], grown[2]})
    assert.are.same({1, 2}, torch.FloatStorage(cutorch.CudaHostAllocator, {1, 2}):totable())
  end)

  it('has managed memory, which the CPU and GPUs share', function()
    local x = cutorch.createFloatUVATensor(3, 4):fill(2)
    local y = cutorch.toCudaUVATensor(x:t():narrow(1, 2, 2))
    assert.are.same({'torch.CudaTensor', {2, 3}, 1}, {y:type(), y:size():totable(), y:getDevice()})
    y:add(1)
    cutorch.synchronize()
    assert.are.same({2 * 12 + 6, 2, 3}, {x:sum(), x[1][1], x[3][3]})
    assert.is_true(cutorch.isManaged(x) and cutorch.isManaged(y:storage()))
    assert.is_false(cutorch.isManaged(torch.CudaTensor(2)))
    assert.is_false(cutorch.isManaged(torch.FloatTensor()))
    local address = tonumber(ffi.cast('intptr_t', x:data()))
    assert.is_true(cutorch.isManagedPtr(address) and cutorch.isManagedPtr(x:data()))
    local z = cutorch.createCudaUVATensor(torch.LongStorage {2, 2}):fill(6)
    local here = cutorch.toFloatUVATensor(z)
    z = nil -- luacheck: ignore
    collectgarbage()
    cutorch.synchronize()
    assert.are.equal(24, here:sum())
    assert.are.equal(0, cutorch.createCudaUVATensor():nElement())
    assert.has_error(function() y:resize(100) end)
    assert.are.equal(3, #torch.FloatStorage(cutorch.CudaUVAAllocator, 3))
  end)

  it('counts the most memory that was held', function()
    local memory = require('cutorch.library').lt_cuda_mem
    local before = memory.on[1]
    memory.peak[1] = before
    local x = torch.CudaTensor(100000)
    x:free()
    torch.CudaTensor(10):fill(1)
    assert.is_true(memory.on[1] - before < 10000)
    local risen = tonumber(memory.peak[1] - before)
    assert.is_true(risen >= 400000 and risen < 500000, tostring(risen))
  end)

  it('counts memory and can be reset when nothing is left', function()
    assert.is_true(cutorch.isCachingAllocatorEnabled())
    local x, event = torch.CudaTensor(1000), cutorch.Event()
    local ok, message = pcall(cutorch.deviceReset)
    assert.is_false(ok)
    assert.matches('deviceReset: GPU 1 is in use: .* %d events', message)
    cutorch.setHeapTracking(false)
    x:resize(2000)
    cutorch.setHeapTracking(true)
    assert.are.equal(2000, x:fill(1):sum())
    event:waitOn()
  end)

  it('tests itself', function()
    local print_before, write_before = print, io.write
    finally(function()
      rawset(_G, 'print', print_before)
      rawset(io, 'write', write_before)
    end)
    rawset(_G, 'print', function() end)
    rawset(io, 'write', function() return io.stdout end)
    assert.are.equal(0, cutorch.test())
    assert.are.equal(0, cutorch.test 'random')
  end)
end)
