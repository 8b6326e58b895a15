-- Times operations, layers and training steps on a GPU; gpu_torch.py does the same with PyTorch.
--   th tests/bench/gpu.lua GROUP [SECONDS [FILTER [SIZES]]]
-- GROUP names a function of groups; SIZES tiny: small ones, to see that it runs. The environment's
-- LUATORCH_CUDA names the folder of the CUDA library where that is not the one of libluatorch.so.
-- Prints lines of harness.lua, with waiting for the GPU before and after every slice, and
--   limit.NAME  seconds          cuBLAS called directly
--   rate.copy   bytes a second   of a copy on the GPU, read and written
--   NAME  bytes  -  bytes        memory
--   NAME  skip  reason           what cannot be measured here
--   NAME  note  text

local folder = arg[0]:match('^(.*/)') or './'
package.path = folder .. '?.lua;' .. package.path
if os.getenv 'LUATORCH_CUDA' then
  package.cpath = os.getenv('LUATORCH_CUDA') .. '/?.so;' .. package.cpath
end

local torch = require 'torch'
local nn = require 'nn'
local harness = require 'harness'
local networks = require 'networks'
local passes = require 'passes'

local group, tiny = arg[1], arg[4] == 'tiny'
harness.options(tonumber(arg[2] or '0.2'), arg[3] or '')

local found, cutorch = pcall(require, 'cutorch')
if not found then
  io.write(('gpu.%s\tskip\t%s\n'):format(group, cutorch))
  return
end
require 'cunn'
require('cudnn').benchmark = true -- as in gpu_torch.py
local memory = require('cutorch.library').lt_cuda_mem

-- The type that networks, layers and their inputs are made of.
local class = 'torch.CudaTensor'

-- LongTensors hold classes; all else holds elements of that type.
harness.device(function(x)
  return torch.isTensor(x) and x:type() == 'torch.LongTensor' and x:cudaLong() or x:type(class)
end, cutorch.synchronize)

-- Switches to floats, floats with TF32, or halves of a kind.
local function use(precision)
  cutorch.setTF32(precision == 'tf32')
  class = precision == 'bf16' and 'torch.CudaBFloat16Tensor' or 'torch.CudaTensor'
end

-- Of a list or a number: the one that is measured, or the small one.
local function pick(full, small) return tiny and small or full end

-- 1e8 for 100000000
local function short(n)
  return n < 1000 and tostring(n) or (('%.0e'):format(n):gsub('e%+?0*', 'e'))
end

-- Types of tensors, and bytes of an element.
local FLOAT, HALF = 'torch.CudaTensor', 'torch.CudaHalfTensor'
local types = {{'float', FLOAT, 4}, {'half', HALF, 2}}

local function print_copy_rate()
  local n = pick(1e8, 1000)
  local env = {a = harness.tensor(0, n), c = torch.CudaTensor(n)}
  local seconds = harness.fastest(harness.loop('c:copy(a)', env))
  io.write(('rate.copy\t%.9g\n'):format(8 * n / seconds))
end

local groups = {}

--- Contiguous tensors, from one into another.
function groups.elementwise()
  print_copy_rate()
  local statements = {
    {'copy', 'c:copy(a)', 2}, {'add', 'torch.add(c, a, b)', 3}, {'mul', 'torch.cmul(c, a, b)', 3},
    {'exp', 'torch.exp(c, a)', 2}, {'relu', 'relu:updateOutput(a)', 2},
  }
  for _, row in ipairs(types) do
    local name_of_type, kind, bytes = unpack(row)
    for _, n in ipairs(pick({1e3, 1e6, 1e8}, {16, 1000})) do
      local env
      for _, statement in ipairs(statements) do
        local name = ('gpu.%s.%s.%s'):format(statement[1], name_of_type, short(n))
        harness.case(name, function()
          if not env then
            env = {torch = torch, relu = nn.ReLU():type(kind)}
            for seed, key in ipairs {'a', 'b', 'c'} do
              env[key] = harness.tensor(seed - 1, n):type(kind)
            end
            env.relu.output = env.c
          end
          return harness.loop(statement[2], env), env.c
        end, ('copy=%.0f'):format(statement[3] * bytes * n))
      end
    end
  end
end

--- A tensor of three dimensions, all of it and along each.
function groups.reductions()
  print_copy_rate()
  local sizes = pick({250, 400, 1000}, {5, 7, 11})
  for _, row in ipairs(types) do
    local name_of_type, kind, bytes = unpack(row)
    local x
    local function case(name, statement, result)
      harness.case(('gpu.%s.%s'):format(name, name_of_type), function()
        x = x or harness.tensor(0, unpack(sizes)):type(kind)
        local env = {torch = torch, x = x, r = x.new(), p = torch.CudaLongTensor()}
        return harness.loop(statement, env), result and function() return result(x) end or env.r
      end, ('copy=%.0f'):format(bytes * sizes[1] * sizes[2] * sizes[3]))
    end
    case('sum.all', 's = s + x:sum()', function(t) return t:sum() end)
    case('max.all', 's = s + x:max()', function(t) return t:max() end)
    for d = 1, 3 do
      case('sum.along' .. d, ('torch.sum(r, x, %d)'):format(d))
      case('max.along' .. d, ('torch.max(r, p, x, %d)'):format(d))
    end
  end
end

--- Products of square matrices, and the same by cuBLAS itself.
function groups.gemm()
  local cublas, reason = require('gpu_cublas')()
  for _, precision in ipairs {'float', 'tf32', 'half'} do
    local kind = precision == 'half' and HALF or FLOAT
    use(precision)
    for _, n in ipairs(pick({1024, 4096, 8192}, {8, 33})) do
      local name = ('gpu.gemm.%s.%d'):format(precision, n)
      local env
      harness.case(name, function()
        env = {a = harness.tensor(0, n, n):type(kind), b = harness.tensor(1, n, n):type(kind)}
        env.c = env.a:clone()
        return harness.loop('c:mm(a, b)', env), env.c
      end, ('flop=%.0f'):format(2 * n ^ 3))
      if env and cublas then
        local seconds = harness.fastest(cublas.product(env.c, env.a, env.b, precision))
        io.write(('limit.%s\t%.9g\n'):format(name, seconds))
      elseif env then
        io.write(('limit.%s\tskip\t%s\n'):format(name, reason))
      end
    end
  end
  use 'float'
end

--- Each pass of layers of LeNet, VGG and ResNet-50: the numbers are those of passes.convolution.
function groups.convolution()
  local layers = {
    {'lenet1', 128, 1, 20, 5, 1, 0, 28}, {'lenet2', 128, 20, 50, 5, 1, 0, 12},
    {'vgg64', 32, 64, 64, 3, 1, 1, 224}, {'vgg256', 32, 256, 256, 3, 1, 1, 56},
    {'vgg512', 32, 512, 512, 3, 1, 1, 14}, {'stem7x7', 32, 3, 64, 7, 2, 3, 224},
    {'resnet64', 32, 64, 64, 3, 1, 1, 56}, {'resnet512', 32, 512, 512, 3, 1, 1, 7},
    {'expand', 32, 64, 256, 1, 1, 0, 56}, {'shrink', 32, 1024, 256, 1, 1, 0, 14},
    {'down', 32, 128, 128, 3, 2, 1, 56}, {'skip', 32, 256, 512, 1, 2, 0, 56},
  }
  for _, precision in ipairs {'float', 'tf32', 'bf16'} do
    use(precision)
    for _, row in ipairs(layers) do
      local name, batch, nin, nout, k, stride, pad, size = unpack(row)
      if tiny then batch, nin, nout, size = 2, math.min(nin, 3), 4, 9 end
      passes.convolution(('gpu.conv.%s.%s'):format(name, precision), batch, nin, nout, k, stride,
        pad, size)
    end
  end
  use 'float'
end

--- Layers that are bound by memory.
function groups.layers()
  local function layer(name, make, ...) passes.layer('gpu.layer.' .. name, make, {...}) end
  local n, vocabulary = pick(1024, 3), pick(50257, 40)
  layer('softmax1000', function() return nn.SoftMax() end, n, pick(1000, 10))
  layer('logsoftmax1000', function() return nn.LogSoftMax() end, n, pick(1000, 10))
  layer('logsoftmax50257', function() return nn.LogSoftMax() end, n, vocabulary)
  local planes, size = pick(64, 3), pick(112, 6)
  local batch = pick(32, 2)
  layer('batchnorm', function() return nn.SpatialBatchNormalization(planes) end,
    batch, planes, size, size)
  layer('maxpool', function() return nn.SpatialMaxPooling(2, 2, 2, 2) end,
    batch, planes, size, size)
  local d = pick(768, 12)
  layer('layernorm', function() return nn.LayerNorm(d) end, pick(8, 2), pick(1024, 5), d)
  layer('gelu', function() return nn.GELU('tanh') end, pick(8, 2), pick(1024, 5), 4 * d)
end

-- name, its arguments in networks.lua, whether it is measured with TF32 and in BFloat16 too
local steps = {
  {'lenet', pick({128}, {2})},
  {'resnet50', pick({32, 224, 64}, {2, 64, 4}), true},
  {'charlstm', pick({50, 50}, {3, 2})},
  {'gpt2', pick({8, 1024, 768, 12}, {2, 4, 8, 2}), true},
}

-- The step of a network as a graph that runs n times. A graph has no loss to read.
local function recorded(row)
  local step = harness.step(unpack(networks[row[1]](unpack(row[2]))))
  local run = cutorch.graph(function() step(1) end)
  return function(n) for _ = 1, n do run() end end
end

--- Whole steps: forward, criterion, backward, optimizer, and reading the loss; how often one waits
-- for the GPU; and LeNet's as a recorded graph.
function groups.training()
  for _, row in ipairs(steps) do
    for _, precision in ipairs(row[3] and {'float', 'tf32', 'bf16'} or {'float'}) do
      use(precision)
      local waits
      harness.case(('gpu.training.%s.%s'):format(row[1], precision), function()
        local step, check = harness.step(unpack(networks[row[1]](unpack(row[2]))))
        local function counted(n)
          local before = tonumber(memory.waits)
          step(n)
          waits = (tonumber(memory.waits) - before) / n
        end
        -- losses of so few digits differ
        return counted, precision ~= 'bf16' and check or nil
      end)
      if waits then
        io.write(('gpu.waits.%s.%s\tnote\t%g in a step\n'):format(row[1], precision, waits))
      end
    end
  end
  use 'float'
  harness.case('gpu.training.lenet.graph', function() return recorded(steps[1]) end)
end

--- What a call costs: operations on so little that the GPU hardly works.
function groups.launch()
  local function two() return {a = harness.tensor(0, 16), b = harness.tensor(1, 16)} end
  local function square()
    local a = harness.tensor(0, 4, 4)
    return {torch = torch, a = a, b = harness.tensor(1, 4, 4), c = a:clone(), r = a:sum(1)}
  end
  for _, row in ipairs {
    {'add', 'a:add(b)', two, 'a'}, {'mul', 'a:cmul(b)', two, 'a'}, {'exp', 'a:exp()', two},
    {'fill', 'a:fill(1)', two, 'a'}, {'copy', 'a:copy(b)', two, 'a'},
    {'add_new', 'local r = a + b', two}, {'sum', 'torch.sum(r, a, 1)', square, 'r'},
    {'mm', 'c:mm(a, b)', square, 'c'},
  } do
    harness.case(('gpu.launch.%s16'):format(row[1]), function()
      local env = row[3]()
      return harness.loop(row[2], env), row[4] and env[row[4]]
    end)
  end
  harness.case('gpu.launch.graph20', function()
    local a, b = harness.tensor(0, 16), harness.tensor(1, 16)
    local step = cutorch.graph(function() for _ = 1, 20 do a:cmul(b) end end)
    return harness.loop('step()', {step = step}), a
  end)
end

--- How far the memory of tensors rises above what it was before a network was made, in three steps.
function groups.memory()
  local device = cutorch.getDevice()
  for _, row in ipairs(steps) do
    local name = 'gpu.memory.' .. row[1]
    if harness.wanted(name) then
      collectgarbage()
      collectgarbage()
      local before = memory.on[device]
      local step = harness.step(unpack(networks[row[1]](unpack(row[2]))))
      collectgarbage() -- what filled the weights
      collectgarbage()
      memory.peak[device] = memory.on[device]
      step(3)
      io.write(('%s\t%.0f\t-\tbytes\n'):format(name, tonumber(memory.peak[device] - before)))
    end
  end
end

if not groups[group] then error(('gpu.lua: there is no group %s'):format(group), 0) end
io.write(('GPU\tnote\t%s\n'):format(cutorch.getDeviceProperties(cutorch.getDevice()).name))
groups[group]()
