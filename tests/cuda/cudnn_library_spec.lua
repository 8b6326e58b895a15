-- Convolution through what stands in for the library cuDNN under the emulation: the values of
-- luatorch's own kernels, algorithms, and what it cannot do. It is loaded once, so that every case
-- is a process of its own.

local device = require 'cuda.device'
local helpers = require 'helpers'

-- What cases share: a convolution and its results by cuDNN or by our own kernels.
local PREPARED = [[
local ffi = require 'ffi'
local torch, nn = require 'torch', require 'nn'
require 'cutorch'
require 'cunn'
local cudnn = require 'cudnn'
ffi.cdef 'void cudnn_stand_in(int); int cudnn_stand_in_count(int);'
ffi.cdef 'int cudnn_stand_in_algorithm(void); int cudnn_stand_in_math(void);'
ffi.cdef 'int cudnn_stand_in_type(void);'
local lib = ffi.load(os.getenv 'LUATORCH_CUDNN')
local RUNS, GETS, FINDS, LIVE, HANDLES = 0, 1, 2, 3, 4
local function count(what) return lib.cudnn_stand_in_count(what) end
local fields = {'output', 'gradInput', 'gradWeight', 'gradBias'}

-- A step of a layer on an input of some sizes: its results, by name.
local function step(layer, class, ...)
  torch.manualSeed(5)
  layer = layer:type(class)
  local input = torch.randn(...):type(class)
  local output = layer:forward(input)
  if layer.gradWeight then layer.gradWeight:fill(0.5) end
  if layer.gradBias then layer.gradBias:fill(0.25) end
  layer:backward(input, torch.randn(output:size()):type(class), 0.5)
  local results = {}
  for _, field in ipairs(fields) do
    results[field] = layer[field] and layer[field]:double()
  end
  return results
end

local function same(a, b, tolerance)
  for _, field in ipairs(fields) do
    if a[field] then
      local far, most = (a[field] - b[field]):abs():max(), torch.abs(b[field]):max()
      assert(far <= tolerance * math.max(1, most), field .. ' differs by ' .. far)
    end
  end
end
]]

describe('the library cuDNN', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  local file = (os.getenv 'LUATORCH_CUDA' or '') .. '/libcudnn.so.9'
  local found = io.open(file)
  if not found then return pending('is skipped: there is no stand-in for it beside a real GPU') end
  found:close()

  local function case(name, source)
    it(name, function()
      local status, output = helpers.script(PREPARED .. source, {LUATORCH_CUDNN = file})
      assert.are.equal(0, status, output)
    end)
  end

  case('computes what our own kernels do', [[
    local layers = {
      {nn.SpatialConvolution(3, 5, 3, 3, 1, 1, 1, 1), 2, 3, 7, 8},
      {nn.SpatialConvolution(4, 6, 3, 2, 2, 3, 1, 0), 3, 4, 9, 11},
      {nn.SpatialConvolution(4, 6, 1, 1), 2, 4, 5, 5},
      {nn.SpatialConvolution(6, 4, 3, 3, 1, 1, 0, 0, 2), 2, 6, 6, 5},
      {nn.SpatialDilatedConvolution(2, 3, 3, 3, 1, 1, 2, 2, 2, 2), 2, 2, 8, 8},
      {nn.SpatialFullConvolution(4, 3, 3, 3, 2, 2, 1, 1, 1, 1), 2, 4, 4, 5},
      {nn.VolumetricConvolution(2, 3, 2, 3, 3, 1, 2, 1, 1, 0, 1), 2, 2, 4, 7, 6},
      {nn.VolumetricConvolution(2, 3, 3, 1, 1, 3, 1, 1, 1, 0, 0), 2, 2, 1, 4, 4},
      {nn.SpatialConvolution(3, 5, 3, 3):noBias(), 2, 3, 7, 8},
      {cudnn.SpatialConvolution(4, 6, 3, 3, 1, 1, 1, 1, 2), 2, 4, 6, 6},
    }
    local types = {['torch.CudaTensor'] = 0, ['torch.CudaDoubleTensor'] = 1,
      ['torch.CudaHalfTensor'] = 2, ['torch.CudaBFloat16Tensor'] = 9}
    for class, type in pairs(types) do
      for i, row in ipairs(layers) do
        local before = count(RUNS)
        local got = step(row[1]:clone(), class, unpack(row, 2))
        assert(count(RUNS) == before + 3, i .. ' was computed by cuDNN')
        assert(lib.cudnn_stand_in_type() == type, i .. ' was given ' .. class .. ' as it is')
        cutorch.setCudnn(false)
        local want = step(row[1]:clone(), class, unpack(row, 2))
        cutorch.setCudnn(true)
        assert(count(RUNS) == before + 3, i .. ' was not')
        same(got, want, class:find 'Half' and 2e-3 or class:find 'BFloat' and 2e-2
          or class:find 'Double' and 1e-12 or 1e-5)
      end
    end]])

  case('asks for a plan once', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3)
    step(layer, 'torch.CudaTensor', 2, 3, 7, 8)
    local gets, live = count(GETS), count(LIVE)
    assert(gets == 3 and live == 12, gets .. ' ' .. live)
    for _ = 1, 3 do step(layer, 'torch.CudaTensor', 2, 3, 7, 8) end
    assert(count(GETS) == gets and count(LIVE) == live)
    step(layer, 'torch.CudaTensor', 3, 3, 7, 8)
    assert(count(GETS) == gets + 3)]])

  case('chooses algorithms of a fixed order and little memory, or the fastest', [[
    local function algorithm() return lib.cudnn_stand_in_algorithm() end
    local layer = nn.SpatialConvolution(3, 5, 3, 3)
    local want = step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8)
    assert(algorithm() == 5 and lib.cudnn_stand_in_math() == 3)
    assert(cudnn.fastest == false and cudnn.benchmark == false)
    cudnn.fastest = true
    assert(cudnn.fastest == true)
    same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
    assert(algorithm() == 0 and count(FINDS) == 0)
    cudnn.fastest, cudnn.benchmark = false, true
    same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
    assert(algorithm() == 5 and count(FINDS) == 3)
    same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
    assert(count(FINDS) == 3)
    cudnn.benchmark = false
    cutorch.setTF32(true)
    step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8)
    assert(algorithm() == 4 and lib.cudnn_stand_in_math() == 1)
    cutorch.setTF32(false)
    step(layer:clone(), 'torch.CudaHalfTensor', 2, 3, 7, 8)
    assert(algorithm() == 4 and lib.cudnn_stand_in_math() == 1)
    step(layer:clone(), 'torch.CudaDoubleTensor', 2, 3, 7, 8)
    assert(algorithm() == 4 and lib.cudnn_stand_in_math() == 1)
    step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8)
    assert(algorithm() == 5 and lib.cudnn_stand_in_math() == 3)]])

  case('goes another way where there is no memory for the workspace', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3)
    local want = step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8)
    cudnn.fastest = true
    lib.cudnn_stand_in(5)
    local before = count(RUNS)
    same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
    assert(count(RUNS) == before + 3 and lib.cudnn_stand_in_algorithm() == 1)
    lib.cudnn_stand_in(6)
    local got = step(layer:clone(), 'torch.CudaHalfTensor', 3, 3, 7, 8)
    assert(count(RUNS) == before + 3, 'our own kernels did it')
    cutorch.setCudnn(false)
    same(got, step(layer:clone(), 'torch.CudaHalfTensor', 3, 3, 7, 8), 0)
    assert(torch.CudaTensor(4):fill(1):sum() == 4)]])

  case('gives back what a thread had of it when the thread ends', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3)
    step(layer, 'torch.CudaTensor', 2, 3, 7, 8)
    local live, handles = count(LIVE), count(HANDLES)
    assert(live == 12 and handles == 1)
    local threads = require 'threads'
    local pool = threads.Threads(2, function() require 'cunn' end)
    for _ = 1, 4 do
      pool:addjob(function()
        local layer = nn.SpatialConvolution(3, 5, 3, 3):cuda()
        layer:forward(torch.CudaTensor(2, 3, 7, 8):fill(1))
        return torch.CudaTensor(2, 2):fill(1):mm(torch.CudaTensor(2, 2):fill(1),
          torch.CudaTensor(2, 2):fill(1)):sum()
      end, function(sum) assert(sum == 8) end)
    end
    pool:synchronize()
    assert(count(LIVE) > live and count(HANDLES) > handles)
    pool:terminate()
    local timer = torch.Timer() -- the last of a thread may end a little later than its work
    while count(HANDLES) > handles and timer:time().real < 20 do require('sys').sleep(0.01) end
    assert(count(LIVE) == live and count(HANDLES) == handles)]])

  case('leaves to our own kernels what it does not have', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3)
    cutorch.setCudnn(false)
    local want = step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8)
    cutorch.setCudnn(true)
    for i, mode in ipairs {1, 2} do -- where a plan is made, and where it is used
      lib.cudnn_stand_in(mode)
      if mode == 2 then cudnn.fastest = true end -- other plans
      same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
      local gets = count(GETS)
      lib.cudnn_stand_in(0)
      same(step(layer:clone(), 'torch.CudaTensor', 2, 3, 7, 8), want, 1e-6)
      assert(count(GETS) == gets and count(RUNS) == 0, 'the refusal is remembered')
    end]])

  case('says what failed', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3):cuda()
    local input = torch.CudaTensor(2, 3, 7, 8):fill(1)
    lib.cudnn_stand_in(4)
    local ok, message = pcall(layer.forward, layer, input)
    assert(not ok and message:find('conv: cuDNN cannot start: EXECUTION_FAILED; LUATORCH_CUDNN=0',
      1, true), message)
    lib.cudnn_stand_in(3)
    ok, message = pcall(layer.forward, layer, input)
    assert(not ok and message:find('conv: cuDNN: EXECUTION_FAILED', 1, true), message)
    lib.cudnn_stand_in(0)
    assert(layer:forward(input):dim() == 4)]])

  case('leaves tensors at odd addresses to our own kernels', [[
    local layer = nn.SpatialConvolution(1, 2, 2, 2):cuda()
    local all = torch.CudaTensor(10):fill(1)
    layer:forward(all:narrow(1, 2, 9):view(1, 1, 3, 3))
    assert(count(RUNS) == 0)
    layer:forward(all:narrow(1, 1, 9):view(1, 1, 3, 3))
    assert(count(RUNS) == 1)]])

  case('works in recorded graphs', [[
    local layer = nn.SpatialConvolution(3, 5, 3, 3):cuda()
    local input = torch.CudaTensor(2, 3, 7, 8):fill(1)
    cudnn.benchmark = true
    local graph = cutorch.graph(function() layer:forward(input) end)
    assert(count(FINDS) <= 1)
    input:fill(2)
    graph()
    cutorch.synchronize()
    local got = layer.output:clone()
    same({output = layer:forward(input):double()}, {output = got:double()}, 1e-6)]])

  case('has a version, and none where it is switched off', [[
    assert(cutorch.getCudnn() == 90100 and cudnn.version == 90100)
    cutorch.setCudnn(false)
    assert(cutorch.getCudnn() == nil)
    cutorch.setCudnn(true)
    local ok, message = pcall(cutorch.setCudnn, 1)
    assert(not ok and message:find('setCudnn: expected a boolean', 1, true))]])

  local USE = [[
    local cutorch = require 'cutorch'
    local layer = require('nn').SpatialConvolution(3, 5, 3, 3):cuda()
    local function forward() layer:forward(require('torch').CudaTensor(2, 3, 7, 8):fill(1)) end
  ]]

  it('is not used where the environment says so', function()
    local status, output = helpers.script(USE .. [[
      forward()
      assert(cutorch.getCudnn() == nil and require('cudnn').version == 7000)]],
      {LUATORCH_CUDNN = '0'})
    assert.are.equal(0, status, output)
  end)

  it('has to be there where the environment names one', function()
    local lacking = (os.getenv 'LUATORCH_CUDA') .. '/libnccl.so.2'
    for name, why in pairs {['/nowhere/libcudnn.so'] = 'cannot open', [lacking] = 'cudnn'} do
      local status, output = helpers.script(USE .. ([[
        local wanted = "the environment's LUATORCH_CUDNN names no cuDNN 9 that can be used: "
        for name, f in pairs {conv = forward, getCudnn = cutorch.getCudnn} do
          for _ = 1, 2 do
            local ok, message = pcall(f)
            assert(not ok and message:find(name .. ': ' .. wanted, 1, true), message)
            assert(message:find(%q, 1, true), message)
          end
        end
        cutorch.setCudnn(false)
        forward()
        assert(cutorch.getCudnn() == nil)]]):format(why), {LUATORCH_CUDNN = name})
      assert.are.equal(0, status, output)
    end
  end)
end)
