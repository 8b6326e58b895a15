-- What waits for the GPU and what does not, and errors from which a GPU does not come back.

local device = require 'cuda.device'
local ffi = require 'ffi'
local torch = require 'torch'

describe('the host', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local C = require 'cutorch.library'
  local x, y = torch.CudaTensor(40, 40):uniform(), torch.CudaTensor(40, 40):uniform()
  local index, mask = torch.CudaLongTensor {3, 1, 2}, x:gt(0.5)

  local nn = require 'nn'
  local conv = nn.SpatialConvolution(1, 2, 3, 3):cudaHalf()
  local images = torch.CudaHalfTensor(1, 1, 5, 5):fill(1)
  local attention, sequences = nn.MultiHeadAttention(4, 2):cuda(), torch.CudaTensor(2, 3, 4):fill(1)
  local pinned = require('cutorch').createCudaHostByteTensor(2, 3):zero()

  -- How often f waited.
  local function waits(f)
    local before = tonumber(C.lt_cuda_mem.waits)
    f()
    return tonumber(C.lt_cuda_mem.waits) - before
  end

  local silent = {
    fill = function() x:fill(2) end,
    add = function() torch.add(x, y) end,
    ['add of a transposed matrix'] = function() torch.add(x, y:t()) end,
    sigmoid = function() torch.sigmoid(x) end,
    gt = function() x:gt(y) end,
    mm = function() torch.mm(x, y:t()) end,
    bmm = function() torch.bmm(x:view(1, 40, 40), y:view(1, 40, 40)) end,
    mv = function() torch.mv(x, y:select(1, 1)) end,
    ['sum along a dimension'] = function() x:sum(1) end,
    ['max along a dimension'] = function() x:max(2) end,
    ['var along a dimension'] = function() x:var(2) end,
    ['norm along a dimension'] = function() x:norm(2, 1) end,
    cumsum = function() x:cumsum(1) end,
    sort = function() x:sort(2) end,
    topk = function() x:topk(3, 1) end,
    kthvalue = function() x:kthvalue(3, 1) end,
    clone = function() x:t():clone() end,
    cat = function() torch.cat(x, y, 2) end,
    tril = function() x:tril() end,
    maskedFill = function() y:maskedFill(x:gt(0.5), 1) end,
    ['maskedFill by a mask of floats'] = function() y:maskedFill(torch.gt(y.new(), x, 0.5), 1) end,
    ['convolution of halves'] = function() conv:backward(images, conv:forward(images)) end,
    ['attention with padding'] = function()
      attention:forward {sequences, torch.LongTensor {2, 3}}
    end,
    uniform = function() x:uniform() end,
    normal = function() x:normal() end,
    copy = function() x:cudaDouble():copy(y) end,
    expand = function() torch.cmul(x, y:narrow(1, 1, 1):expandAs(x)) end,
    view = function() x:select(1, 2):narrow(1, 2, 5):fill(1) end,
    copyAsync = function() x:copyAsync(require('cutorch').createCudaHostTensor(40, 40):fill(1)) end,
  }

  if require('cutorch').getDeviceCount() > 1 then
    local other = require('cutorch').withDevice(2, function() return torch.CudaTensor(40, 40) end)
    silent['copies between GPUs'] = function()
      other:copy(x)
      y:copy(other)
    end
  end

  for name, f in pairs(silent) do
    it('does not wait in ' .. name, function() assert.are.equal(0, waits(f)) end)
  end

  local once = {
    ['attention with padding in pinned memory'] = function()
      return attention:forward {sequences, pinned}
    end,
    sum = function() return x:sum() end,
    max = function() return x:max() end,
    dot = function() return x:dot(y) end,
    element = function() return x[2][3] end,
    float = function() return x:float() end,
    cuda = function() return torch.FloatTensor(3):fill(1):cuda() end,
  }

  for name, f in pairs(once) do
    it('waits once in ' .. name, function() assert.are.equal(1, waits(f)) end)
  end

  it('waits at most twice where sizes or indices come from the GPU', function()
    assert.is_true(waits(function() return x:index(1, index) end) <= 1)
    assert.is_true(waits(function() return x:maskedSelect(mask) end) <= 2)
    assert.is_true(waits(function() return mask:nonzero() end) <= 2)
  end)

  it('is told of a GPU that was lost', function()
    local library = ffi.load(package.searchpath('libluatorch_cuda', package.cpath))
    pcall(ffi.cdef, 'void emulated_lose(int);')
    local emulated, lose = pcall(function() return library.emulated_lose end)
    if not emulated then return end
    finally(function() lose(0) end)
    lose(700)
    local ok, message = pcall(function() return x:add(1) end)
    assert.is_false(ok)
    assert.matches('waits_spec.lua:%d+: add: CUDA: an illegal memory access was encountered. This '
      .. 'or an earlier function failed on the GPU.* CUDA_LAUNCH_BLOCKING=1', message)
    ok, message = pcall(function() return y:sum() end)
    assert.is_false(ok)
    assert.matches('waits_spec.lua:%d+: sum: the GPU cannot be used since an earlier call met '
      .. '"an illegal memory access was encountered"; start the program anew', message)
    assert.are.equal(6, torch.FloatTensor {1, 2, 3}:sum())
  end)
end)
