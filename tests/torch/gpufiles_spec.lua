-- Files with tensors of GPUs and layers of cudnn, in the layout that Torch7 wrote, read to CPU
-- memory.

local torch = require 'torch'
local helpers = require 'helpers'
local nn = require 'nn'

local Writer = {}
Writer.__index = Writer

-- Texts of records in ASCII mode. An object is {class =, version =, fields =}, a tensor {class =,
-- size =, values =}, a storage the same without sizes; all may occur more than once.
local function writer() return setmetatable({lines = {}, indices = {}, count = 0}, Writer) end

function Writer:put(...)
  for _, line in ipairs {...} do self.lines[#self.lines + 1] = tostring(line) end
end

function Writer:header(kind, value)
  self:put(kind)
  local known = self.indices[value]
  if not known then
    self.count = self.count + 1
    self.indices[value] = self.count
  end
  self:put(self.indices[value])
  return known
end

function Writer:class(name, version) self:put(#('V ' .. version), 'V ' .. version, #name, name) end

function Writer:storage(class, values)
  self:class(class, 1)
  self:put(#values, table.concat(values, ' '))
end

function Writer:tensor(value)
  local n, strides, step = #value.size, {}, 1
  for d = n, 1, -1 do strides[d], step = step, step * value.size[d] end
  self:class(value.class, 1)
  self:put(n, table.concat(value.size, ' '), table.concat(strides, ' '), 1)
  self:header(4, value.values)
  self:storage(value.class:gsub('Tensor$', 'Storage'), value.values)
end

function Writer:table(value)
  if self:header(3, value) then return end
  local n = 0
  for _ in pairs(value) do n = n + 1 end
  self:put(n)
  for key, field in pairs(value) do
    self:value(key)
    self:value(field)
  end
end

function Writer:value(value)
  local kind = type(value)
  if kind == 'number' then
    self:put(1, value)
  elseif kind == 'string' then
    self:put(2, #value, value)
  elseif kind == 'boolean' then
    self:put(5, value and 1 or 0)
  elseif not value.class then
    self:table(value)
  elseif not self:header(4, value) then
    if value.size then return self:tensor(value) end
    if value.values then return self:storage(value.class, value.values) end
    self:class(value.class, value.version or 1)
    self:table(value.fields)
  end
end

local name

before_each(function() name = os.tmpname() end)
after_each(function() os.remove(name) end)

local function write(value)
  local w = writer()
  w:value(value)
  local file = assert(io.open(name, 'w'))
  file:write(table.concat(w.lines, '\n'), '\n')
  file:close()
end

local function cuda(size, x)
  return {class = 'torch.CudaTensor', size = size, values = x:contiguous():view(-1):totable()}
end

-- A layer of cudnn as the original saved it.
local function layer(class, fields, version)
  fields.output = {class = 'torch.CudaTensor', size = {1}, values = {0}}
  fields.gradInput = {class = 'torch.CudaTensor', size = {1}, values = {0}}
  fields._type = 'torch.CudaTensor'
  return {class = class, fields = fields, version = version}
end

local function storage(...) return {class = 'torch.LongStorage', values = {...}} end

local function cpu() return torch.load(name, 'ascii', {cpu = true}) end

describe('torch.load with cpu = true', function()
  it('reads a model of cudnn as one of nn', function()
    torch.manualSeed(1)
    local weight, bias = torch.randn(4, 1, 3, 3), torch.randn(4)
    local gamma, beta = torch.rand(4), torch.rand(4)
    local mean, var = torch.randn(4), torch.rand(4):add(1)
    local container = layer('nn.Sequential', {train = false, modules = {
      layer('cudnn.SpatialConvolution', {nInputPlane = 2, nOutputPlane = 4, kW = 3, kH = 3, dW = 1,
        dH = 1, padW = 1, padH = 1, groups = 2, weight = cuda({4, 1, 3, 3}, weight),
        bias = cuda({4}, bias), gradWeight = cuda({4, 1, 3, 3}, weight:clone():zero()),
        gradBias = cuda({4}, bias:clone():zero()), iSize = storage(1, 2, 6, 6), fmode = 1,
        pad = {1, 1}, stride = {1, 1}, input_offset = 0, weight_offset = 0}),
      layer('cudnn.SpatialBatchNormalization', {affine = true, eps = 1e-5, momentum = 0.1,
        train = false, running_mean = cuda({4}, mean), running_var = cuda({4}, var),
        weight = cuda({4}, gamma), bias = cuda({4}, beta)}, 2),
      layer('cudnn.ReLU', {inplace = true, nElem = 144}),
      layer('cudnn.SpatialAveragePooling', {kW = 3, kH = 3, dW = 2, dH = 2, padW = 1, padH = 1,
        ceil_mode = false, mode = 'CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING'}),
      layer('cudnn.SpatialMaxPooling', {kW = 3, kH = 3, dW = 3, dH = 3, padW = 0, padH = 0,
        ceil_mode = false, mode = 'CUDNN_POOLING_MAX'}),
      layer('cudnn.SpatialLogSoftMax', {mode = 'CUDNN_SOFTMAX_MODE_CHANNEL',
        algorithm = 'CUDNN_SOFTMAX_LOG'}),
    }})
    write {model = container, epoch = 7, again = container}

    local twin = nn.Sequential():add(nn.SpatialConvolution(2, 4, 3, 3, 1, 1, 1, 1, 2))
      :add(nn.SpatialBatchNormalization(4)):add(nn.ReLU())
      :add(nn.SpatialAveragePooling(3, 3, 2, 2, 1, 1):setCountExcludePad())
      :add(nn.SpatialMaxPooling(3, 3)):add(nn.LogSoftMax())
    twin:evaluate()
    twin:get(1).weight:copy(weight)
    twin:get(1).bias:copy(bias)
    local bn = twin:get(2)
    for field, value in pairs {weight = gamma, bias = beta, running_mean = mean,
      running_var = var} do
      bn[field]:copy(value)
    end
    twin:float()

    local loaded = cpu()
    assert.are.equal(7, loaded.epoch)
    assert.are.equal(loaded.model, loaded.again)
    local x = torch.randn(1, 2, 6, 6):float()
    helpers.assert_near(loaded.model:forward(x), twin:forward(x), 1e-5, 'output')
    for _, m in ipairs(loaded.model:listModules()) do
      assert.matches('^nn%.', torch.type(m))
      assert.are.equal('torch.FloatTensor', m:type())
    end
    assert.is_nil(loaded.model:get(1).groups)
    torch.save(name, loaded.model)
    helpers.assert_near(torch.load(name):forward(x), twin.output, 1e-5, 'output after a save')
  end)

  it('keeps layers of cudnn that nn does not have', function()
    local fields = {inputSize = 2, hiddenSize = 3, numLayers = 1, bidirectional =
      'CUDNN_UNIDIRECTIONAL', numDirections = 1, inputMode = 'CUDNN_LINEAR_INPUT',
      mode = 'CUDNN_LSTM', dropout = 0, seed = 1, batchFirst = false, rememberStates = false,
      seqLength = 1, miniBatch = 1, datatype = 'CUDNN_DATA_FLOAT', train = true}
    local weight = torch.randn(4 * 3 * (2 + 3 + 2))
    fields.weight, fields.gradWeight = cuda({84}, weight), cuda({84}, weight:clone():zero())
    write(layer('cudnn.LSTM', fields))
    local m = cpu()
    assert.are.equal('cudnn.LSTM', torch.type(m))
    local twin = nn.SequenceLSTM(2, 3)
    local views = twin:weights(1)
    views.input:copy(weight:narrow(1, 1, 24))
    views.hidden:copy(weight:narrow(1, 25, 36))
    views.inputBias:copy(weight:narrow(1, 61, 12))
    views.hiddenBias:copy(weight:narrow(1, 73, 12))
    local x = torch.randn(5, 2, 2)
    helpers.assert_near(m:forward(x:float()):double(), twin:forward(x), 1e-5, 'output')
  end)

  it('reads volumetric softmax and criterions', function()
    write {layer('cudnn.VolumetricLogSoftMax', {ssm = layer('cudnn.SpatialSoftMax',
      {mode = 'CUDNN_SOFTMAX_MODE_CHANNEL', algorithm = 'CUDNN_SOFTMAX_LOG'})})}
    local m = cpu()[1]
    assert.are.equal('nn.SpatialLogSoftMax', torch.type(m.ssm))
    local x = torch.randn(1, 3, 2, 2, 2):float()
    helpers.assert_near(m:forward(x):exp():sum(2), torch.ones(1, 1, 2, 2, 2):float(), 1e-5, 'sum')
  end)

  it('reads tensors and storages of all types', function()
    for there, here in pairs {Cuda = 'Float', CudaDouble = 'Double', CudaLong = 'Long',
      CudaByte = 'Byte', CudaHalf = 'Half', CudaInt = 'Int', CudaShort = 'Short',
      CudaChar = 'Char', CudaBFloat16 = 'BFloat16'} do
      local x = torch[here .. 'Tensor'] {{1, 2}, {3, 4}}
      local bytes = torch.serialize({x, x:storage()})
      for _, kind in ipairs {'Tensor', 'Storage'} do
        local own, other = 'torch.' .. here .. kind, 'torch.' .. there .. kind
        bytes = bytes:gsub(string.char(#own) .. '%z%z%z' .. own:gsub('%.', '%%.'),
          string.char(#other) .. '\0\0\0' .. other)
      end
      local file = assert(io.open(name, 'wb'))
      file:write(bytes)
      file:close()
      local back = torch.load(name, 'binary', {cpu = true})
      assert.are.equal(x:type(), back[1]:type())
      assert.are.same({{1, 2}, {3, 4}}, back[1]:totable())
      back[1]:fill(5)
      assert.are.same({5, 5, 5, 5}, back[2]:totable())
    end
  end)

  it('leaves files without such things as they are', function()
    torch.save(name, {nn.Linear(2, 3), 'torch.CudaTensor', torch.LongStorage {3}})
    local t = torch.load(name, 'binary', {cpu = true})
    assert.are.equal('torch.CudaTensor', t[2])
    assert.are.equal('torch.DoubleTensor', t[1]:type())
    assert.are.same({3}, t[3]:totable())
  end)

  it('refuses what is no boolean', function()
    torch.save(name, 1)
    local ok, message = pcall(torch.load, name, 'binary', {cpu = 'yes'})
    assert.is_false(ok)
    assert.matches('torch.load', message)
  end)
end)

describe('layers of cudnn with tensors of the CPU', function()
  it('are loaded as they are, without a GPU', function()
    local cudnn = require 'cudnn.classes'
    local m = cudnn.SpatialConvolution(2, 4, 3, 3, 1, 1, 0, 0, 2)
    torch.save(name, m)
    local back = torch.load(name)
    assert.are.equal('cudnn.SpatialConvolution', torch.type(back))
    local x = torch.randn(2, 5, 5)
    helpers.assert_near(back:forward(x), m:forward(x), 0, 'output')
    assert.are.equal('nn.SpatialConvolution',
      torch.type(torch.load(name, 'binary', {cpu = true})))
  end)
end)
