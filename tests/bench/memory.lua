-- Memory of whole programs, in Torch7's API: COMMAND tests/bench/memory.lua CASE
--   allocate  10,000 tensors of 1 MB, made, filled and dropped: prints the peak in bytes
--   tables    the same beside 100 MB of live Lua tables
--   training  luatorch only: bytes of tensor memory that 20 LeNet and 20 MLP steps allocate once
--             their buffers exist
--   step NAME three training steps of a network of networks.lua: the peak
--   growth NAME  how far that lies above what was resident before the network was made
--   growth NAME shared  the same with nn.utils.shareGradInput

local torch = require 'torch'

-- Resident memory of this process in bytes: VmHWM, the peak, or VmRSS, now.
local function resident(field)
  for line in io.lines('/proc/self/status') do
    local kb = line:match('^' .. field .. ':%s*(%d+)')
    if kb then return tonumber(kb) * 1024 end
  end
end

local function allocate()
  for i = 1, 10000 do torch.FloatTensor(262144):fill(i) end
end

local cases = {}

function cases.allocate()
  allocate()
  return resident('VmHWM')
end

function cases.tables()
  local live = {}
  local before = collectgarbage('count')
  while collectgarbage('count') - before < 100 * 1024 do live[#live + 1] = {#live, #live + 1} end
  allocate()
  assert(#live[#live] == 2)
  return resident('VmHWM')
end

function cases.training()
  local nn = require 'nn'
  local optim = require 'optim'
  local harness = require 'harness'
  local memory = require('torch.ffi').C.lt_mem
  local lenet = nn.Sequential():add(nn.SpatialConvolution(1, 20, 5, 5)):add(nn.ReLU(true))
    :add(nn.SpatialMaxPooling(2, 2, 2, 2)):add(nn.View(2880)):add(nn.Linear(2880, 10))
    :add(nn.LogSoftMax())
  local mlp = nn.Sequential():add(nn.Linear(784, 64)):add(nn.Tanh()):add(nn.Linear(64, 10))
    :add(nn.LogSoftMax())
  local labels = harness.labels(32, 10)
  local config = {learningRate = 1e-3, momentum = 0.9, dampening = 0}
  local steps = {
    harness.step(lenet, nn.ClassNLLCriterion(), harness.tensor(0, 32, 1, 28, 28), labels, optim.sgd,
      config),
    harness.step(mlp, nn.ClassNLLCriterion(), harness.tensor(0, 32, 784), labels, optim.sgd,
      {learningRate = 1e-3}),
  }
  for _, step in ipairs(steps) do step(3) end
  local before = tonumber(memory.debt)
  for _, step in ipairs(steps) do step(20) end
  return tonumber(memory.debt) - before
end

-- Resident bytes before a network was made and at the peak of three training steps; nothing where
-- this Torch does not have the network.
local function train(name, shared)
  local networks, harness = require 'networks', require 'harness'
  local share = require('nn').utils.shareGradInput
  if not networks[name] or shared and not share then return end
  local before = resident('VmRSS')
  local network = networks[name]()
  if shared then share(network[1]) end
  collectgarbage() -- what filled the weights
  local run = harness.step(unpack(network))
  run(3)
  return before, resident('VmHWM')
end

function cases.step(name)
  local _, peak = train(name)
  return peak
end

function cases.growth(name, shared)
  local before, peak = train(name, shared)
  return before and peak - before
end

local folder = arg[0]:match('^(.*/)') or './'
package.path = folder .. '?.lua;' .. package.path
local bytes = cases[arg[1]](arg[2], arg[3])
if bytes then io.write(('%.0f\n'):format(bytes)) end
