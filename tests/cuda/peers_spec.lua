-- cutorch.setKernelPeerToPeerAccess: functions of tensors of several GPUs.

local device = require 'cuda.device'
local nn = require 'nn'
local torch = require 'torch'

describe('kernels of several GPUs', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  require 'cunn'
  local can = cutorch.getDeviceCount() > 1 and cutorch.getPeerToPeerAccess(1, 2)
    and cutorch.getPeerToPeerAccess(2, 1)
  if not can then return pending('is skipped: no two GPUs reach each other') end

  after_each(function()
    cutorch.setKernelPeerToPeerAccess(false)
    cutorch.setPeerToPeerAccess(2, 1, true)
    assert.are.equal(1, cutorch.getDevice())
  end)

  local function on(gpu, x) return cutorch.withDevice(gpu, function() return x:cuda() end) end

  local a, b = torch.randn(5, 5):float(), torch.randn(5, 5):float()
  local mask = a:gt(0)
  -- f(x, y, mask): x and the mask on the first GPU, y on the second
  local rows = {
    add = function(x, y) return x + y end,
    ['add of the other'] = function(x, y) return y + x end,
    ['in place'] = function(x, y) return x:clone():cmul(y) end,
    ['a result there'] = function(x, y) return torch.add(y:clone(), x, x) end,
    gt = function(x, y) return x:gt(y) end,
    mm = function(x, y) return torch.mm(x, y) end,
    addmm = function(x, y) return torch.addmm(x, 1, y, y) end,
    where = function(x, y, m) return torch.where(m, x, y) end,
    Linear = function(x, y)
      local layer = nn.Linear(5, 5):type(x:type())
      layer.weight, layer.bias = y:clone(), x[1]:clone()
      return layer:forward(x)
    end,
  }

  for name, f in pairs(rows) do
    it('compute ' .. name, function()
      local x, y, m = on(1, a), on(2, b), cutorch.withDevice(1, function()
        return mask:cudaByte()
      end)
      local ok, message = pcall(f, x, y, m)
      assert.is_false(ok)
      assert.matches('device', message)
      cutorch.setKernelPeerToPeerAccess(true)
      assert.is_true(cutorch.getKernelPeerToPeerAccess())
      local want = f(a, b, mask)
      for _ = 1, 3 do
        local got = f(x, y, m)
        assert.is_true((got:double() - want:double()):abs():max() < 1e-5)
      end
      cutorch.setPeerToPeerAccess(2, 1, false)
      assert.is_false((pcall(f, x, y, m)))
      cutorch.setPeerToPeerAccess(2, 1, true)
      cutorch.setKernelPeerToPeerAccess(false)
      assert.is_false((pcall(f, x, y, m)))
    end)
  end

  it('keep the order of calls, on streams too', function()
    cutorch.reserveStreams(1)
    cutorch.setKernelPeerToPeerAccess(true)
    cutorch.streamBarrierMultiDevice {[1] = {0, 1}, [2] = {0, 1}}
    cutorch.setStream(1)
    local x, y = on(1, torch.FloatTensor(1000):fill(1)), on(2, torch.FloatTensor(1000):fill(1))
    for _ = 1, 10 do
      x:add(y)
      y:add(x)
      y:add(-1, y:clone():fill(1):cmul(x))
    end
    assert.are.same({11, 1}, {x:max(), y:max()})
    cutorch.setDefaultStream()
  end)

  it('are not recorded', function()
    cutorch.setKernelPeerToPeerAccess(true)
    local x, y = on(1, a), on(2, b)
    local ok, message = pcall(cutorch.graph, function() x:add(y) end, 0)
    assert.is_false(ok)
    assert.matches('peers_spec.lua:%d+: add: tensors are on different devices', message)
    x:add(y)
    assert.is_true((x:float() - a - b):abs():max() < 1e-6)
  end)
end)
