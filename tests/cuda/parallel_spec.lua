-- nn.DataParallelTable: what a module alone computes, on two GPUs (or twice on one), from batches
-- that do not divide evenly, and what is saved of it.

local device = require 'cuda.device'
local helpers = require 'helpers'
local nn = require 'nn'
local torch = require 'torch'

describe('nn.DataParallelTable', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'
  require 'cunn'
  local optim = require 'optim'
  local second = math.min(2, cutorch.getDeviceCount())
  local gpus = {1, second, 1}

  before_each(function() torch.manualSeed(3) end)
  after_each(function() assert.are.equal(1, cutorch.getDevice()) end)

  local function perceptron()
    return nn.Sequential():add(nn.Linear(4, 6)):add(nn.Tanh()):add(nn.Linear(6, 3))
  end

  local function near(got, want, what)
    if torch.isTensor(want) then
      return helpers.assert_near(got:double(), want:double(), 1e-5, what)
    end
    for key, value in pairs(want) do near(got[key], value, what) end
  end

  -- Tensors, or tables of them, on the first GPU.
  local function up(x) return device.place(x) end

  -- name, module, input, dimension
  local rows = {
    {'a perceptron', perceptron, function() return torch.randn(5, 4):float() end},
    {'one sample', perceptron, function() return torch.randn(1, 4):float() end},
    {'convolutions, along the planes\' batch', function()
      return nn.Sequential():add(nn.SpatialConvolution(2, 3, 3, 3)):add(nn.ReLU())
        :add(nn.SpatialMaxPooling(2, 2, 2, 2))
    end, function() return torch.randn(7, 2, 8, 8):float() end},
    {'the second dimension', function() return nn.Sequential():add(nn.Tanh()) end,
      function() return torch.randn(3, 8):float() end, 2},
    {'tables', function()
      return nn.Sequential():add(nn.ParallelTable():add(nn.Linear(4, 2)):add(nn.Linear(3, 2)))
        :add(nn.ConcatTable():add(nn.CAddTable()):add(nn.SelectTable(1)))
    end, function() return {torch.randn(5, 4):float(), torch.randn(5, 3):float()} end},
    {'an output with more rows than the input', function()
      return nn.Sequential():add(nn.View(-1, 3)):add(nn.Linear(3, 2))
    end, function() return torch.randn(5, 4, 3):float() end},
  }

  local function gradients_like(output)
    if torch.isTensor(output) then return torch.randn(output:size()):float() end
    local out = {}
    for i, t in ipairs(output) do out[i] = gradients_like(t) end
    return out
  end

  for _, row in ipairs(rows) do
    for _, flatten in ipairs {false, true} do
      it(('computes %s%s'):format(row[1], flatten and ', flattened' or ''), function()
        local alone = row[2]():float()
        local model = nn.DataParallelTable(row[4] or 1, flatten):add(alone:clone(), gpus):cuda()
        local input = row[3]()
        alone:zeroGradParameters()
        model:zeroGradParameters()
        for pass = 1, 2 do -- gradients add up
          near(model:forward(up(input)), alone:forward(input), 'output')
          local g = gradients_like(alone.output)
          near(model:backward(up(input), up(g), 0.5), alone:backward(input, g, 0.5), 'gradInput')
          local _, want = alone:parameters()
          local _, got = model:parameters()
          for k, t in ipairs(want or {}) do
            near(got[k], t, ('gradient %d of pass %d'):format(k, pass))
          end
        end
        near(model:updateGradInput(up(input), up(alone.output)),
          alone:updateGradInput(input, alone.output), 'gradInput alone')
      end)
    end
  end

  it('learns as the module alone', function()
    local x, y = torch.randn(9, 4):float(), torch.randn(9, 3):float()
    for _, flatten in ipairs {false, true} do
      local alone = perceptron():float()
      local model = nn.DataParallelTable(1, flatten):add(alone:clone(), gpus):cuda()
      local function train(net, criterion, input, target)
        local p, g = net:getParameters()
        local config = {learningRate = 0.1, momentum = 0.9}
        for _ = 1, 4 do
          optim.sgd(function()
            net:zeroGradParameters()
            local loss = criterion:forward(net:forward(input), target)
            net:backward(input, criterion:backward(net.output, target))
            return loss, g
          end, p, config)
        end
        net:zeroGradParameters()
        criterion:forward(net:forward(input), target)
        net:backward(input, criterion:backward(net.output, target))
        net:updateParameters(0.01)
        return p
      end
      local want = train(alone, nn.MSECriterion():float(), x, y)
      near(train(model, nn.MSECriterion():cuda(), x:cuda(), y:cuda()), want, 'parameters')
      for i, lists in ipairs(model:moduleParameters()) do
        local all = {}
        for k, t in ipairs(lists[1]) do all[k] = t:float():view(-1) end
        near(torch.cat(all), want, 'parameters of copy ' .. i)
        assert.are.equal(gpus[i], lists[1][1]:getDevice())
      end
    end
  end)

  it('keeps the flat parameters of a network around it', function()
    local model = nn.DataParallelTable(1, true):add(perceptron(), gpus)
    local net = nn.Sequential():add(model):add(nn.Linear(3, 1)):cuda()
    local p = net:getParameters()
    local x = torch.CudaTensor(4, 4):uniform()
    net:forward(x)
    p:zero()
    model:syncParameters()
    assert.are.equal(0, net:forward(x):clone():abs():max())
    assert.are.equal(0, model.outputGpu[2]:clone():abs():max())
  end)

  it('makes its copies, lets go of them and flattens them when told', function()
    local model = nn.DataParallelTable(1):add(perceptron(), gpus):cuda()
    assert.is_nil(model.impl.modules)
    model.impl:setup()
    local copies = model.impl.modules
    assert.are.same({3, model:get(1)}, {#copies, copies[1]})
    assert.are.equal(second, copies[2]:parameters()[1]:getDevice())
    model:flattenParameters()
    local p = copies[2]:parameters()
    assert.are.equal(torch.pointer(p[1]:storage()), torch.pointer(p[4]:storage()))
    model.impl:applyChanges()
    assert.is_nil(model.impl.modules)
    model.impl:setup()
    assert.are_not.equal(copies[2], model.impl.modules[2])
    model.impl:close()
    assert.is_nil(model.impl.modules)
  end)

  it('takes input from the CPU and from another GPU', function()
    local model = nn.DataParallelTable(1):add(perceptron(), gpus):cuda()
    local x = torch.randn(6, 4):float()
    local want = model:forward(x:cuda()):float()
    near(model:forward(x), want, 'from the CPU')
    local there = cutorch.withDevice(second, function() return x:cuda() end)
    near(model:forward(there), want, 'from a GPU')
    near(model:forward(x:narrow(1, 1, 4)), want:narrow(1, 1, 4), 'of a smaller batch')
    near(there, x, 'the input')
  end)

  it('passes modes and changes to its copies', function()
    local net = nn.Sequential():add(nn.Dropout(0.5)):add(nn.Linear(4, 2))
    local model = nn.DataParallelTable(1):add(net, gpus):cuda()
    local x = torch.CudaTensor(6, 4):fill(1)
    model:forward(x)
    model:evaluate()
    local first = model:forward(x):float()
    near(model:forward(x), first, 'output of evaluation')
    for _, module in ipairs(model.impl.modules) do assert.is_false(module:get(1).train) end
    model:training()
    for _, module in ipairs(model.impl.modules) do assert.is_true(module:get(1).train) end
    assert.is_true(model.train)
    model:evaluate()
    model:apply(function(module)
      if module.weight then module.weight:zero() module.bias:fill(2) end
    end)
    near(model:forward(x), torch.FloatTensor(6, 2):fill(2), 'output of changed modules')
    model:reset()
    assert.is_true(model:forward(x):float():ne(2):sum() > 0)
    local copies = model:moduleParameters()
    near(copies[2][1][1], copies[1][1][1], 'weights of a copy')
    model:clearState()
    assert.are.equal(0, model.output:nElement())
    assert.is_nil(model.inputGpu)
    local found, holders = model:findModules('nn.Linear')
    assert.are.same({1, net}, {#found, holders[1]})
    assert.are.same({1, net}, {model:size(), model:get(1)})
    assert.matches('^nn.DataParallelTable: 3 x nn.Sequential', tostring(model))
  end)

  it('is saved with the module of one GPU', function()
    local model = nn.DataParallelTable(1, true):add(perceptron(), gpus):cuda()
    local x = torch.CudaTensor(5, 4):uniform()
    local size = #torch.serialize(model)
    local want = model:forward(x):float()
    model:backward(x, model.output)
    model:clearState()
    assert.is_true(#torch.serialize(model) < size + 200)
    local copy = model:clone()
    assert.are.same(gpus, copy.gpuAssignments)
    near(copy:forward(x), want, 'output')
    assert.are.equal('torch.CudaTensor', copy:type())
    assert.are.equal('torch.CudaDoubleTensor', copy:type('torch.CudaDoubleTensor'):type())
    near(copy:forward(x:cudaDouble()), want, 'output in double')
    assert.are.equal('torch.CudaDoubleTensor', copy.output:type())
  end)

  it('calls what threads are to begin with', function()
    local called = 0
    local model = nn.DataParallelTable(1):add(perceptron(), 1):add(perceptron(), second)
      :threads(function() called = called + 1 end, true):cuda()
    assert.are.same({1, {1, second}}, {called, model.gpuAssignments})
    assert.is_true(torch.isTypeOf(model.impl, 'nn.DataParallelTable.Basic'))
    assert.are.same({5, 3}, model:forward(torch.CudaTensor(5, 4):fill(1)):size():totable())
    assert.are.same({1, 2}, model.impl:exec(function(_, i) return i end))
    assert.are.same({1}, model.impl:exec(function(_, i) return i end, 1))
  end)

  it('is compared with the CPU by nn.testDataParallelTable', function()
    assert.are.equal(0, nn.testDataParallelTable())
    assert.are.equal(0, nn.testDataParallelTable {'Linear', 'SpatialConvolution'})
    assert.has_error(function() nn.testDataParallelTable(5) end)
  end)

  it('gives every GPU the empty tensors of its input', function()
    local net = nn.ParallelTable():add(nn.Identity()):add(nn.Linear(4, 2)):cuda()
    local model = nn.DataParallelTable(1):add(net:clone(), gpus):cuda()
    local input = {torch.CudaTensor(), torch.CudaTensor(5, 4):uniform()}
    local output, want = model:forward(input), net:forward(input)
    assert.are.equal(0, output[1]:dim())
    assert.is_true((output[2] - want[2]):abs():max() < 1e-5)
    local gradInput, gradWant = model:backward(input, want), net:backward(input, want)
    assert.are.equal(0, gradInput[1]:dim())
    assert.is_true((gradInput[2] - gradWant[2]):abs():max() < 1e-5)
  end)

  it('has the flat parameters of its first GPU after getParameters, saved ones too', function()
    for _, flatten in ipairs {false, true} do
      local model = nn.DataParallelTable(1, flatten):add(nn.Linear(4, 3), gpus):cuda()
      local p, g = model:getParameters()
      assert.are.same({15, 15}, {p:nElement(), g:nElement()})
      local loaded = torch.deserialize(torch.serialize(model))
      local x = torch.CudaTensor(4, 4):uniform()
      for _, m in ipairs {model, loaded} do
        assert.are_not.equal(0, m:forward(x):abs():sum())
        m.flattenedParams[1][1]:zero()
        m:syncParameters()
        assert.are.equal(0, m:forward(x):abs():sum())
      end
    end
  end)

  it('says what is wrong', function()
    local model = nn.DataParallelTable(1):add(perceptron(), gpus):cuda()
    local x = torch.CudaTensor(5, 4):fill(1)
    local two = nn.DataParallelTable(1):add(nn.CAddTable(), gpus):cuda()
    for i, row in ipairs {
      {function() nn.DataParallelTable() end, 'dimension'},
      {function() nn.DataParallelTable(1):add(3, 1) end, 'expected a module, got number'},
      {function() nn.DataParallelTable(1):add(perceptron(), {1, 99}) end, 'expected GPUs from 1'},
      {function() nn.DataParallelTable(1):add(perceptron()) end, 'expected GPUs from 1'},
      {function() nn.DataParallelTable(1):add(perceptron(), {}) end, 'an empty table'},
      {function() model:add(perceptron(), {1}) end, 'has a module already'},
      {function() nn.DataParallelTable(1):forward(x) end, 'it has no module, or no GPUs'},
      {function() nn.DataParallelTable(1):add(perceptron(), gpus):forward(x) end, 'use :cuda()'},
      {function() model:backward(x, x) end, 'call forward before backward'},
      {function() model:forward(3) end, 'expected a tensor or a table of tensors'},
      {function() model:forward(torch.CudaTensor()) end, 'the input is empty'},
      {function() nn.DataParallelTable(2):add(perceptron(), gpus):cuda():forward(x[1]) end,
        'at least 2 dimensions'},
      {function() two:forward {x, torch.CudaTensor(4, 4)} end, '5 and 4 elements along'},
      {function() two:forward {} end, 'the input is empty'},
      {function()
        model:forward(x)
        model:backward(x, torch.CudaTensor(4, 3))
      end, 'gradOutput should have 5 elements along dimension 1'},
      {function() model:backward(x, {x}) end, 'gradOutput is a table'},
      {function() model:accUpdateGradParameters(x, x, 1) end, 'accUpdateGradParameters'},
      {function() model:float() end, 'expected a type of tensors on GPUs'},
      {function() model:threads(3) end, 'expected a function as argument 2'},
    } do
      local ok, message = pcall(row[1])
      assert.is_false(ok, 'call ' .. i)
      assert.is_truthy(tostring(message):find(row[2], 1, true), i .. ': ' .. tostring(message))
    end
  end)
end)
