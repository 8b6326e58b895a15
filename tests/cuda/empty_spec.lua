-- Tensors on GPUs that have no memory yet, on a machine with two GPUs.

local device = require 'cuda.device'
local helpers = require 'helpers'
local nn = require 'nn'
local torch = require 'torch'

describe('a tensor without memory', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  require 'cunn'
  if cutorch.getDeviceCount() < 2 then return pending('is skipped: there is one GPU') end

  -- The device of what f returns when it is called with GPU `current` as the current one.
  local function device_of(current, f) return cutorch.withDevice(current, f):getDevice() end

  local first, second

  before_each(function()
    first = cutorch.withDevice(1, function() return torch.CudaTensor() end)
    second = cutorch.withDevice(2, function() return torch.CudaTensor(3):fill(2) end)
  end)

  it('is on no GPU', function()
    assert.are.equal(0, first:getDevice())
    assert.are.equal(0, first.new():getDevice())
    assert.are.equal(0, torch.FloatTensor():cuda():getDevice())
  end)

  it('gets it on the current GPU', function()
    assert.are.equal(2, device_of(2, function() return first:resize(2, 3) end))
    assert.are.equal(1, device_of(1, function() return torch.CudaTensor():resizeAs(second) end))
  end)

  for name, f in pairs {
    add = function(r, x) return r:add(x, 1) end,
    mm = function(r, x) return r:mm(x:view(3, 1), x:view(1, 3)) end,
    cat = function(r, x) return r:cat(x, x, 1) end,
    sum = function(r, x) return r:sum(x, 1) end,
    uniform = function(r, x) return r:resizeAs(x):uniform() end,
    rand = function(r) return torch.rand(r, 3) end,
    max = function(r, x) return (torch.max(r, torch.CudaLongTensor(), x, 1)) end,
    sort = function(r, x) return (torch.sort(r, torch.CudaLongTensor(), x)) end,
    index = function(r, x)
      r:index(x, 1, torch.LongTensor {1, 3})
      return r
    end,
  } do
    it('takes the result of ' .. name .. ' there', function()
      assert.are.equal(2, device_of(2, function() return f(first, second) end))
    end)
  end

  it('becomes a view of memory on any GPU', function()
    assert.are.equal(2, device_of(1, function() return first:set(second) end))
    assert.are.equal(2, device_of(1, function() return torch.CudaTensor(second:storage()) end))
    assert.are.equal(2, device_of(1, function() return torch.CudaTensor(second) end))
    local x = torch.CudaTensor(2):fill(1)
    assert.are.equal(2, device_of(1, function() return x:set(second:storage(), 1, 3) end))
    assert.are.equal(6, x:sum())
  end)

  it('does not move tensors that have the type already', function()
    assert.are.equal(2, device_of(1, function() return second:cuda() end))
    assert.are.equal(1, device_of(1, function() return second:float():cuda() end))
  end)

  it('is refused as the result of operands that the current GPU does not reach', function()
    local before = cutorch.getKernelPeerToPeerAccess()
    cutorch.setKernelPeerToPeerAccess(false)
    cutorch.withDevice(1, function()
      helpers.assert_fails('different devices %(2, 1%)', first.add, first, second, 1)
    end)
    cutorch.setKernelPeerToPeerAccess(before)
    assert.are.equal(0, first:getDevice())
  end)

  it('lets a network that was made on one GPU work on another after it was copied', function()
    local net = cutorch.withDevice(1, function()
      return nn.Sequential():add(nn.Linear(3, 4)):add(nn.Tanh()):add(nn.Linear(4, 2)):cuda()
    end)
    assert.are.equal(2, device_of(2, function()
      local copy = net:clone()
      local x = torch.CudaTensor(5, 3):fill(1)
      copy:forward(x)
      return copy:backward(x, copy.output)
    end))
  end)
end)
