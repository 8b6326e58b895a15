-- nn.DataParallelTable through NCCL, or what stands in for it under the emulation, which checks its
-- arguments; and without NCCL.

local device = require 'cuda.device'
local ffi = require 'ffi'
local helpers = require 'helpers'
local nn = require 'nn'
local terminal = require 'trepl.terminal'
local torch = require 'torch'

describe('NCCL', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  require 'cunn'
  if cutorch.getDeviceCount() < 2 then return pending('is skipped: there is one GPU') end
  local nccl = require 'cunn.nccl'

  pcall(ffi.cdef, 'int setenv(const char *name, const char *value, int overwrite);')
  pcall(ffi.cdef, 'int unsetenv(const char *name);')
  pcall(ffi.cdef, 'int nccl_stand_in_calls(void);')

  local folder = os.getenv 'LUATORCH_CUDA'
  local file = folder .. '/libnccl.so.2'
  local found = io.open(file)
  local stand_in
  if found then
    found:close()
    stand_in = ffi.load(file)
  end

  -- Another library from now on, or none.
  local function use(name)
    nccl.close()
    if name then ffi.C.setenv('LUATORCH_NCCL', name, 1) else ffi.C.unsetenv 'LUATORCH_NCCL' end
  end

  before_each(function()
    use(stand_in and file)
    torch.manualSeed(3)
  end)
  after_each(function()
    use(nil)
    assert.are.equal(1, cutorch.getDevice())
  end)

  local gpus = {1, 2}

  -- Calls f where NCCL is there; returns how many operations the stand-in did, or nil.
  local function operations(f)
    local before = stand_in and stand_in.nccl_stand_in_calls()
    f()
    return before and stand_in.nccl_stand_in_calls() - before
  end

  local function there()
    local can, reason = nccl.serves(gpus)
    if not can then pending('is skipped: ' .. reason) end
    return can
  end

  local function perceptron()
    return nn.Sequential():add(nn.Linear(4, 6)):add(nn.Tanh()):add(nn.Linear(6, 3))
  end

  for _, class in ipairs {'torch.CudaTensor', 'torch.CudaDoubleTensor', 'torch.CudaHalfTensor',
    'torch.CudaBFloat16Tensor'} do
    for _, flatten in ipairs {false, true} do
      it(('trains as copies do: %s%s'):format(class, flatten and ', flattened' or ''), function()
        if not there() then return end
        local net = perceptron()
        local x, g = torch.randn(5, 4):type(class), torch.randn(5, 3):type(class)
        local function train(usenccl)
          local model = nn.DataParallelTable(1, flatten, usenccl):add(net:clone(), gpus)
          model:type(class)
          model:zeroGradParameters()
          for _ = 1, 2 do
            model:forward(x)
            model:backward(x, g)
          end
          local _, gradients = model:parameters()
          local sums = {}
          for k, t in ipairs(gradients) do sums[k] = t:double() end
          model:updateParameters(0.1)
          return model, sums
        end
        local copied, want = train(false)
        local model, got
        local count = operations(function() model, got = train(true) end)
        for k, t in ipairs(want) do
          helpers.assert_near(got[k], t, class:find '16' and 0.1 or class:find 'Half' and 0.02
            or 1e-5, 'gradient ' .. k)
        end
        -- sums and copies twice, of one tensor or of four
        if count then assert.are.equal(flatten and 4 or 16, count) end
        for i, lists in ipairs(model:moduleParameters()) do
          for k, t in ipairs(lists[1]) do
            assert.are.equal(i, t:getDevice())
            assert.is_true(t:double():equal(model:moduleParameters()[1][1][k]:double()))
          end
          for _, t in ipairs(i > 1 and lists[2] or {}) do
            assert.are.equal(0, t:clone():abs():max())
          end
        end
        assert.is_true(model:usesNCCL())
        assert.are.same({false, 'it was not asked for'}, {copied:usesNCCL()})
      end)
    end
  end

  it('has a version', function()
    if there() then assert.is_true(nccl.version() >= 20000) end
  end)

  it('leaves what it cannot take to copies', function()
    if not there() then return end
    local model = nn.DataParallelTable(1, false, true):add(nn.Linear(4, 4), gpus):cuda()
    local linear = model:get(1)
    linear.weight = torch.CudaTensor(4, 4):uniform():t()
    local x = torch.CudaTensor(4, 4):fill(1)
    local count = operations(function()
      model:zeroGradParameters()
      model:forward(x)
      model:syncParameters()
      linear.weight:fill(3)
      model:syncParameters()
    end)
    assert.are.equal(48, model:moduleParameters()[2][1][1]:sum())
    if count then assert.are.equal(0, count) end
    model:backward(x, x)
    assert.are.equal(16, linear.gradBias:sum())
  end)

  it('refuses GPUs that are there twice, and one', function()
    local model = nn.DataParallelTable(1, false, true):add(perceptron(), {1, 2, 1}):cuda()
    assert.are.same({false, 'GPU 1 is there twice'}, {model:usesNCCL()})
    local x = torch.CudaTensor(6, 4):fill(1)
    local count = operations(function()
      model:forward(x)
      model:backward(x, model.output)
    end)
    if count then assert.are.equal(0, count) end
    model = nn.DataParallelTable(1, false, true):add(perceptron(), {2})
    assert.are.same({false, 'there is one GPU'}, {model:usesNCCL()})
  end)

  it('may be absent', function()
    use '/nowhere/libnccl.so.2'
    local model = nn.DataParallelTable(1, false, true):add(perceptron(), gpus):cuda()
    local used, reason = model:usesNCCL()
    assert.is_false(used)
    assert.matches('^NCCL cannot be loaded: /nowhere/libnccl%.so%.2: ', reason)
    assert.is_nil((nccl.version()))
    local x = torch.CudaTensor(6, 4):fill(1)
    assert.are.same({6, 3}, model:forward(x):size():totable())
    model:backward(x, model.output)
    model:updateParameters(0.1)
  end)

  it('says what fails', function()
    if not there() then return end
    local x = torch.CudaTensor(3):fill(1)
    local ok, message = pcall(nccl.sum, {1, 1}, {{x}, {x}})
    assert.is_false(ok)
    assert.matches('nccl_spec.lua:%d+: NCCL: ncclCommInitAll: invalid', message)
    ok, message = pcall(cutorch.graph, function()
      nccl.broadcast(gpus, {{x}, {x}})
    end, 0)
    assert.is_false(ok)
    assert.is_truthy(message:find('gives work to another library', 1, true), message)
  end)

  it('is let go of when a GPU is reset', function()
    if not there() then return end
    local out, err, code = terminal.shell([[env LUATORCH_NCCL=]] .. (stand_in and file or '')
      .. [[ %th -e "package.cpath = os.getenv('LUATORCH_CUDA') .. '/?.so;' .. package.cpath
        require 'cunn'
        local nccl = require 'cunn.nccl'
        local function lists() return {{torch.CudaTensor(3):fill(2)},
          {cutorch.withDevice(2, function() return torch.CudaTensor(3):fill(5) end)}} end
        for i = 1, 2 do
          do
            local all = lists()
            nccl.sum({1, 2}, all)
            io.write(all[1][1]:sum(), ' ', all[2][1]:sum(), '\n')
            for _, list in ipairs(all) do list[1]:free() end
          end
          cutorch.deviceReset()
        end"]])
    assert.are.same({'21 15\n21 15\n', '', 0}, {out, err, code})
  end)
end)
