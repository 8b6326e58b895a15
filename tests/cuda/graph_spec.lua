-- cutorch.graph: recorded work, its memory and its random numbers.

local collect = require('helpers').collect
local device = require 'cuda.device'
local torch = require 'torch'

describe('a recorded graph', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  local nn = require 'nn'
  local optim = require 'optim'
  require 'cunn'
  local C = require 'cutorch.library'

  before_each(collect)

  it('does the work again on what its tensors hold then', function()
    local x, y = torch.CudaTensor(3):fill(1), torch.CudaTensor(3):zero()
    local step = cutorch.graph(function()
      y:add(x)
      return y, nil, 'text'
    end)
    assert.are.same({'cutorch.Graph', {1, 1, 1}}, {torch.type(step), y:totable()})
    x:fill(5)
    local results = {step()}
    assert.are.same({nil, 'text'}, {results[2], results[3]})
    assert.are.equal(y, results[1])
    assert.are.same({6, 6, 6}, y:totable())
    step()
    assert.are.same({11, 11, 11}, y:totable())
    cutorch.graph(function() y:zero() end, 0)
    assert.are.same({11, 11, 11}, y:totable())
    assert.are.equal(33, y:sum())
  end)

  it('reads and writes where indices say when it runs', function()
    torch.manualSeed(1)
    for _, n in ipairs {3, 50} do
      local table_of = nn.LookupTable(4, 2):cuda()
      local indices = torch.CudaLongTensor(n):fill(1)
      local g = torch.CudaTensor(n, 2):fill(1)
      local step = cutorch.graph(function()
        table_of:zeroGradParameters()
        local y = table_of:forward(indices)
        table_of:backward(indices, g)
        return y
      end)
      indices:fill(3)
      indices[2] = 4
      local y = step()
      assert.are.same(table_of.weight[4]:totable(), y[2]:totable())
      assert.are.same({{0, 0}, {0, 0}, {n - 1, n - 1}, {1, 1}}, table_of.gradWeight:totable())
    end
  end)

  it('writes nothing where indices are out of range', function()
    for _, n in ipairs {3, 50} do
      local index, x = torch.CudaLongTensor(n):fill(2), torch.CudaTensor(n):fill(1)
      local read = torch.CudaTensor(n)
      local sums, copies, fills = torch.CudaTensor(2), torch.CudaTensor(2), torch.CudaTensor(2)
      local gathered, scattered = torch.CudaIntTensor(n), torch.CudaTensor(2)
      local numbers = torch.CudaIntTensor {7, 8}
      local step = cutorch.graph(function()
        read:index(sums:zero(), 1, index)
        sums:indexAdd(1, index, x)
        copies:zero():indexCopy(1, index, x)
        fills:zero():indexFill(1, index, 5)
        gathered:gather(numbers, 1, index)
        scattered:zero():scatter(1, index, x)
      end)
      index:fill(1)
      index[1], index[n] = 3, -2 ^ 62
      step()
      assert.are.same({n - 2, 0}, sums:totable())
      assert.are.same({{1, 0}, {5, 0}, {1, 0}},
        {copies:totable(), fills:totable(), scattered:totable()})
      assert.are.same({0, 0}, {sums[2], copies[2]})
      assert.is_true(read[1] ~= read[1] and read[2] == 0 and read[n] ~= read[n])
      assert.are.same({-1, 7, -1}, {gathered[1], gathered[2], gathered[n]})
    end
  end)

  -- A network, and a step of training it: two of the same seed are alike.
  local function training(options)
    torch.manualSeed(1)
    cutorch.manualSeed(2)
    local net = nn.Sequential():add(nn.SpatialConvolution(1, 2, 3, 3)):add(nn.ReLU())
      :add(nn.SpatialMaxPooling(2, 2)):add(nn.Reshape(18)):add(nn.Linear(18, 10))
      :add(nn.BatchNormalization(10)):add(nn.Tanh()):add(nn.Dropout(0.3)):add(nn.Linear(10, 4))
    local criterion = options.criterion()
    if options.log then net:add(nn.LogSoftMax()) end
    net:cuda()
    criterion:cuda()
    local x, target = torch.CudaTensor(5, 1, 8, 8), options.target
    local p, g = net:getParameters()
    local state = {learningRate = 0.05, momentum = 0.9}
    local function step()
      optim[options.method](function()
        g:zero()
        local output = net:forward(x)
        local loss = criterion:forward(output, target)
        net:backward(x, criterion:backward(output, target))
        return loss, g
      end, p, state)
      return net.output
    end
    return {net = net, step = step, x = x, p = p, criterion = criterion}
  end

  local trainings = {
    {criterion = nn.ClassNLLCriterion, method = 'sgd', log = true},
    {criterion = nn.CrossEntropyCriterion, method = 'sgd'},
    {criterion = nn.MSECriterion, method = 'rmsprop', values = true},
  }

  for _, options in ipairs(trainings) do
    it(('trains with %s as calls do'):format(torch.type(options.criterion())), function()
      options.target = options.values and torch.CudaTensor(5, 4):fill(0.25)
        or torch.CudaLongTensor {1, 4, 2, 3, 1}
      local batches = torch.randn(5, 5, 1, 8, 8):cuda()
      local direct, outputs = training(options), {}
      for i = 1, 5 do
        direct.x:copy(batches[i])
        outputs[i] = direct.step():clone()
      end
      local recorded = training(options)
      recorded.x:copy(batches[1])
      local step = cutorch.graph(recorded.step)
      assert.is_true(recorded.net.output:equal(outputs[1]))
      for i = 2, 5 do
        recorded.x:copy(batches[i])
        assert.is_true(step():equal(outputs[i]), 'step ' .. i)
        collect()
        torch.CudaTensor(1000):fill(7) -- finds no memory of the graph
      end
      assert.is_true(recorded.p:equal(direct.p))
      local loss = recorded.criterion:forward(recorded.net.output, options.target)
      assert.are.equal(direct.criterion:forward(direct.net.output, options.target), loss)
    end)
  end

  it('draws new random numbers, those of calls', function()
    local r, mask = torch.CudaTensor(7), torch.CudaByteTensor(9)
    local function draw()
      for _ = 1, 150 do r:normal(1, 2) end
      mask:bernoulli(0.5)
    end
    cutorch.manualSeed(5)
    local wanted = {}
    for i = 1, 4 do
      draw()
      wanted[i] = {r:totable(), mask:totable()}
    end
    cutorch.manualSeed(5)
    local step = cutorch.graph(draw)
    for i = 1, 4 do
      if i > 1 then step() end
      assert.are.same(wanted[i], {r:totable(), mask:totable()})
    end
    cutorch.manualSeed(5)
    step()
    assert.are.same(wanted[1], {r:totable(), mask:totable()})
  end)

  it('keeps the memory that it uses', function()
    local x, results = torch.CudaTensor(1000):fill(1), torch.CudaTensor(1000)
    local step = cutorch.graph(function()
      local t = x * 2
      t = t + 1
      results:copy(t:add(x))
    end, 0)
    x:resize(5000):fill(3) -- what the graph reads is no longer x's
    results = nil -- luacheck: ignore
    collect()
    local others = {}
    for i = 1, 20 do others[i] = torch.CudaTensor(1000):fill(i) end
    step()
    for i = 1, 20 do
      assert.are.same({i, i}, {others[i]:min(), others[i]:max()})
    end
    assert.are.equal(3, x:min())
  end)

  it('gives back memory when it is gone, except what tensors have', function()
    local usage = C.lt_cuda_mem
    local x = torch.CudaTensor(100000):fill(1)
    local before, graphs = tonumber(usage.on[1]), tonumber(usage.graphs)
    local y
    local step = cutorch.graph(function()
      local t = x * 2
      y = t * 3 + x
      t:free()
      return y
    end, 0)
    assert.are.equal(graphs + 1, tonumber(usage.graphs))
    collect()
    assert.is_true(tonumber(usage.on[1]) - before >= 800000)
    step()
    step:free()
    step:free()
    assert.are.equal(graphs, tonumber(usage.graphs))
    collect()
    assert.are.equal(400000, tonumber(usage.on[1]) - before)
    assert.are.same({7, 7}, {y:min(), y:max()})
    y = nil -- luacheck: ignore
    collect()
    assert.are.equal(before, tonumber(usage.on[1]))
    local ok, message = pcall(step)
    assert.is_false(ok)
    assert.matches('graph_spec.lua:%d+: graph: it was freed', message)
  end)

  it('is collected as garbage', function()
    local graphs = tonumber(C.lt_cuda_mem.graphs)
    local x = torch.CudaTensor(10):fill(1)
    for _ = 1, 3 do cutorch.graph(function() x:add(1) end)() end
    local steps = {}
    for i = 1, 3 do steps[i] = cutorch.graph(function() x = x + i end, 0) end
    x:free() -- used by several of them
    steps[2] = nil
    collect()
    assert.are.equal(graphs + 2, tonumber(C.lt_cuda_mem.graphs))
    steps[1]()
    steps[3]()
    steps = nil -- luacheck: ignore
    collect()
    assert.are.equal(graphs, tonumber(C.lt_cuda_mem.graphs))
  end)

  it('uses memory again within one recording', function()
    local usage = C.lt_cuda_mem
    local x = torch.CudaTensor(100000):fill(1)
    local before = tonumber(usage.on[1])
    local step = cutorch.graph(function()
      for _ = 1, 20 do
        local t = x + 1
        x:copy(t)
        t:free()
      end
    end, 0)
    assert.are.equal(400000, tonumber(usage.on[1]) - before)
    step()
    assert.are.same({21, 21}, {x:min(), x:max()})
  end)

  it('copies from pinned memory, which it keeps', function()
    local from = cutorch.createCudaHostTensor(4):fill(2)
    local x = torch.CudaTensor(4):zero()
    local step = cutorch.graph(function() x:copyAsync(from) end, 0)
    assert.are.equal(0, x:sum())
    step()
    assert.are.equal(8, x:sum())
    from = nil -- luacheck: ignore
    collect()
    step()
    assert.are.equal(8, x:sum())
    local held = tonumber(C.lt_cuda_mem.host)
    step:free()
    collect()
    assert.are.equal(held - 16, tonumber(C.lt_cuda_mem.host))
  end)

  it('runs on its GPU and the stream of the call', function()
    cutorch.reserveStreams(1)
    local count = cutorch.getDeviceCount()
    local x, step
    cutorch.withDevice(count, function()
      x = torch.CudaTensor(3):fill(1)
      step = cutorch.graph(function() x:mul(2) end, 0)
    end)
    cutorch.setStream(1)
    step()
    cutorch.setStream(0)
    cutorch.synchronizeAll()
    step()
    assert.are.same({4, 4, 4}, x:totable())
    assert.are.equal(1, cutorch.getDevice())
  end)
end)
