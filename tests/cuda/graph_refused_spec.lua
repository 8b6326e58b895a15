-- What cutorch.graph cannot record, and its arguments.

local collect = require('helpers').collect
local device = require 'cuda.device'
local torch = require 'torch'

describe('a graph', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  local nn = require 'nn'
  require 'cunn'
  local C = require 'cutorch.library'

  local x, y = torch.CudaTensor(4, 4):fill(1), torch.CudaTensor(4, 4):fill(2)
  local event = cutorch.Event()
  local host = torch.FloatTensor(4, 4):fill(1)
  local pinned = cutorch.createCudaHostTensor(2)
  local other = cutorch.withDevice(cutorch.getDeviceCount(), function()
    return torch.CudaTensor(4, 4):fill(1)
  end)
  local weighted = nn.ClassNLLCriterion(torch.Tensor {1, 2, 3, 4}):cuda()
  local target = torch.CudaLongTensor {1, 2, 3, 4}
  local lstm, attention = nn.SequenceLSTM(4, 3):cuda(), nn.MultiHeadAttention(4, 2):cuda()
  local sequences = torch.CudaTensor(2, 2, 4):fill(1)
  local sparse = nn.SparseLinear(4, 2):cuda()
  local entries = torch.CudaTensor {{1, 1}, {2, 2}}
  local refused = {
    {'sum: it waits for a GPU', function() return x:sum() end},
    {'dot: it waits for a GPU', function() return x:dot(y) end},
    {'it waits for a GPU', function() return x[1][2] end},
    {'it waits for a GPU', function() return x:float() end},
    {'it waits for a GPU', function() x:copy(host) end},
    {'it waits for a GPU', function() return x:maskedSelect(x:gt(0)) end},
    {'it waits for a GPU', function() return x:index(1, torch.LongTensor {1}) end},
    {'it waits for a GPU', function() return sparse:forward(entries) end},
    {'it waits for a GPU', function() return torch.inverse(x) end},
    {'synchronize: it waits for a GPU', cutorch.synchronize},
    {'streamSynchronize: it waits for a GPU', function() cutorch.streamSynchronize(0) end},
    {'setStream: it leaves the stream', function() cutorch.setStream(0) end},
    {'streamWaitFor: it orders streams', function() cutorch.streamBarrier {0, 1} end},
    {'Event: it orders streams', function() cutorch.Event() end},
    {'waitOn: it orders streams', function() event:waitOn() end},
    {'memory', function() pinned:resize(100000) end},
    {'uniform: it takes numbers from a generator', function()
      x:uniform(torch.Generator(), 0, 1)
    end},
    {'graph: another one is being recorded', function() cutorch.graph(function() end, 0) end},
    {'nll: it adds up weights of classes', function()
      weighted:forward(x, target)
    end},
    {'it reads memory of the CPU', function()
      lstm:forward {sequences, torch.LongTensor {1, 2}}
    end},
    {'attention: it reads memory of the CPU', function()
      attention:forward {sequences, torch.LongTensor {1, 2}}
    end},
    {'here', function() error('here', 0) end},
  }
  if other:getDevice() > 1 then
    table.insert(refused, {'add: it uses several GPUs', function() other:add(1) end})
    table.insert(refused, {'it waits for a GPU', function() x:copy(other) end})
  end

  it('names what cannot be recorded, and ends the recording', function()
    cutorch.reserveStreams(1)
    collect()
    local graphs = tonumber(C.lt_cuda_mem.graphs)
    for i, row in ipairs(refused) do
      local ok, message = pcall(cutorch.graph, function()
        x:add(1)
        row[2]()
      end, 0)
      assert.is_false(ok, 'call ' .. i)
      assert.is_truthy(tostring(message):find(row[1], 1, true), i .. ': ' .. tostring(message))
      assert.are.same({16, 1}, {x:sum(), cutorch.getDevice()})
    end
    collect()
    assert.are.equal(graphs, tonumber(C.lt_cuda_mem.graphs))
  end)

  it('cannot be had where a failure was caught', function()
    local ok, message = pcall(cutorch.graph, function() pcall(x.sum, x) end, 0)
    assert.is_false(ok)
    assert.matches('graph_refused_spec.lua:%d+: graph: the function went on after an error, .*: it '
      .. 'waits for a GPU', message)
    local inner = cutorch.graph(function() x:add(0) end)
    ok, message = pcall(cutorch.graph, function() inner() end, 0)
    assert.is_false(ok)
    assert.is_truthy(message:find('graph: it runs another graph', 1, true), message)
  end)

  it('refuses what is no function or number of calls', function()
    for _, call in ipairs {
      {'expected a function as argument 1, got the number 3', 3},
      {'expected a number of calls', function() end, -1},
      {'expected a number of calls', function() end, 'x'},
    } do
      local ok, message = pcall(cutorch.graph, call[2], call[3])
      assert.is_false(ok)
      assert.is_truthy(message:find(call[1], 1, true), message)
    end
    local ok, message = pcall(function() cutorch.graph() end)
    assert.is_false(ok)
    assert.matches('graph_refused_spec.lua:%d+: graph: ', message)
  end)

  it('keeps a GPU from being reset', function()
    local step = cutorch.graph(function() x:mul(1) end, 0)
    local ok, message = pcall(cutorch.deviceReset)
    assert.is_false(ok)
    assert.matches('%d graphs', message)
    step()
  end)
end)
