-- Calls of layers, random numbers, storages, files and printing, added to those of
-- allocation_calls.lua.

local torch = require 'torch'
local nn = require 'nn'
local optim = require 'optim'
local calls = require 'allocation_calls'

local call, steps, into = calls.call, calls.steps, calls.into
local gaps, double, half = calls.gaps, calls.double, calls.half

-- Layers ------------------------------------------------------------------------------------------

-- What a step must not change when it fails: parameters, their gradients, and other state.
local function operands(layer, x, g)
  local it = {layer = layer, x = x, g = g, running_mean = layer.running_mean,
    running_var = layer.running_var}
  local parameters, gradients = layer:parameters()
  for i = 1, parameters and #parameters or 0 do
    it['weight' .. i], it['gradient' .. i] = parameters[i], gradients[i]
  end
  return it
end

-- make() gives a layer; x has gaps.
local function layer(name, make, x, add_forward)
  for _, kind in ipairs {'Double', 'Half'} do
    local class = 'torch.' .. kind .. 'Tensor'
    local function fresh()
      torch.manualSeed(1)
      local built = make()
      if built:parameters() then
        for i, p in ipairs(built:parameters()) do
          p:copy(torch.range(1, p:nElement())):mul(i / 20)
        end
        built:zeroGradParameters()
      end
      return built:type(class), gaps(x():div(4):type(class))
    end
    local add = add_forward or call
    add(name .. ' forward, ' .. kind, function()
      local built, input = fresh()
      return operands(built, input)
    end, function(it)
      local y = it.layer:forward(it.x)
      return y
    end)
    call(name .. ' input gradient, ' .. kind, function()
      local built, input = fresh()
      local g = gaps(built:forward(input):clone():fill(0.5))
      return operands(built, input, g)
    end, function(it)
      local g = it.layer:updateGradInput(it.x, it.g)
      return g
    end)
    call(name .. ' parameter gradients, ' .. kind, function()
      local built, input = fresh()
      local g = gaps(built:forward(input):clone():fill(0.5))
      built:updateGradInput(input, g)
      return operands(built, input, g)
    end, function(it) it.layer:accGradParameters(it.x, it.g, 2) end)
  end
end

layer('SequenceLSTM', function() return nn.SequenceLSTM(3, 4) end,
  function() return double(4, 2, 3) end)
layer('SequenceGRU in both directions',
  function() return nn.SequenceGRU(3, 4, {bidirectional = true, layers = 2}) end,
  function() return double(4, 2, 3) end)
layer('MultiHeadAttention', function() return nn.MultiHeadAttention(4, 2) end,
  function() return double(2, 3, 4) end)

local function images() return double(2, 4, 7, 6) end
layer('SpatialConvolution', function() return nn.SpatialConvolution(4, 3, 3, 3, 1, 1, 1, 1) end,
  images)
layer('SpatialConvolution with stride',
  function() return nn.SpatialConvolution(4, 16, 3, 3, 2, 2, 1, 1) end, images)
layer('SpatialMaxPooling', function() return nn.SpatialMaxPooling(2, 2, 2, 2) end, images)
layer('SpatialAveragePooling', function() return nn.SpatialAveragePooling(3, 3, 2, 2, 1, 1) end,
  images)
-- Pooling, padding, upsampling and normalization, each kind of kernel once.
layer('VolumetricMaxPooling', function() return nn.VolumetricMaxPooling(2, 2, 2) end, images)
layer('VolumetricAveragePooling', function() return nn.VolumetricAveragePooling(2, 2, 2) end,
  images)
layer('SpatialAdaptiveMaxPooling', function() return nn.SpatialAdaptiveMaxPooling(2, 3) end, images)
layer('SpatialAdaptiveAveragePooling',
  function() return nn.SpatialAdaptiveAveragePooling(2, 3) end, images)
layer('SpatialFractionalMaxPooling',
  function() return nn.SpatialFractionalMaxPooling(2, 2, 3, 3) end, images, steps)
layer('FeatureLPPooling', function() return nn.FeatureLPPooling(2, 1, 2, true) end, images)
layer('TemporalDynamicKMaxPooling', function() return nn.TemporalDynamicKMaxPooling(2) end,
  function() return double(2, 5, 3) end)
layer('SpatialReflectionPadding', function() return nn.SpatialReflectionPadding(2) end, images)
layer('SpatialUpSamplingNearest', function() return nn.SpatialUpSamplingNearest(2) end, images)
layer('SpatialUpSamplingBilinear', function() return nn.SpatialUpSamplingBilinear(2) end, images)
layer('SpatialCrossMapLRN', function() return nn.SpatialCrossMapLRN(3) end, images)
layer('GroupNorm', function() return nn.GroupNorm(2, 4) end, images)
layer('LayerNorm', function() return nn.LayerNorm(6) end, images)
layer('RMSNorm without weight', function() return nn.RMSNorm(6, 1e-6, false) end, images)
layer('GELU', function() return nn.GELU() end, images)
layer('DropPath', function() return nn.DropPath(0.5) end, images, steps)
layer('PositionalEncoding', function() return nn.PositionalEncoding(6) end,
  function() return double(2, 7, 6) end)
layer('RotaryEncoding', function() return nn.RotaryEncoding(6) end, images)
layer('SpatialBatchNormalization', function() return nn.SpatialBatchNormalization(4) end, images)
layer('PReLU', function() return nn.PReLU(4) end, images)
layer('SoftMax', function() return nn.SoftMax() end, function() return double(3, 4) end)
layer('LogSoftMax', function() return nn.LogSoftMax() end, function() return double(3, 4) end)
layer('Linear', function() return nn.Linear(5, 3) end, function() return double(4, 5) end)
layer('Tanh', function() return nn.Tanh() end, function() return double(4, 5) end)
layer('Dropout', function() return nn.Dropout(0.5) end, function() return double(4, 5) end, steps)

-- Convolutions by their function: groups and dilation.
for name, geometry in pairs {
  groups = {1, 1, 1, 1, 1, 1, 2}, dilation = {2, 1, 2, 2, 2, 2, 1}, steps = {2, 3, 1, 1, 1, 2, 4},
} do
  local sh, sw, ph, pw, dh, dw, groups = unpack(geometry)
  local F = require 'torch.ffi'
  local function setup()
    local w = double(8, 4 / groups, 3, 3)
    local y = torch.DoubleTensor()
    F.check(F.C.lt_conv2d(y, images(), w, nil, sh, sw, ph, pw, dh, dw, groups))
    return {x = gaps(images()), w = gaps(w), b = double(8), g = gaps(y:clone():fill(0.5))}
  end
  into('DoubleTensor', 'conv2d, ' .. name, setup, function(it)
    F.check(F.C.lt_conv2d(it.r, it.x, it.w, it.b, sh, sw, ph, pw, dh, dw, groups))
  end)
  into('DoubleTensor', 'conv2d_grad_input, ' .. name, setup, function(it)
    F.check(F.C.lt_conv2d_grad_input(it.r, it.g, it.w, it.x, sh, sw, ph, pw, dh, dw, groups))
  end)
  call('conv2d_grad_weight, ' .. name, setup, function(it)
    F.check(F.C.lt_conv2d_grad_weight(it.w, it.b, it.x, it.g, sh, sw, ph, pw, dh, dw, groups, 2))
  end)
end

-- Losses ------------------------------------------------------------------------------------------

local function loss(name, make, x, target)
  for _, kind in ipairs {'Double', 'Half'} do
    local type_name = 'torch.' .. kind .. 'Tensor'
    local function setup()
      local t = target()
      if t:type() ~= 'torch.LongTensor' then t = gaps(t:type(type_name)) end
      return {criterion = make():type(type_name), x = gaps(x():type(type_name)), t = t}
    end
    call(name .. ' forward, ' .. kind, setup,
      function(it) local y = it.criterion:forward(it.x, it.t); return y end)
    call(name .. ' backward, ' .. kind, function()
      local it = setup()
      it.criterion:forward(it.x, it.t)
      return it
    end, function(it) local g = it.criterion:backward(it.x, it.t); return g end)
  end
end

local function chances() return double(100, 2):div(21) end
for _, name in ipairs {'MSECriterion', 'AbsCriterion', 'SmoothL1Criterion', 'BCECriterion'} do
  loss(name, function() return nn[name]() end, chances, chances)
end
loss('BCECriterion with a weight', function() return nn.BCECriterion(torch.DoubleTensor {0.5}) end,
  chances, chances)
local function classes() return gaps(torch.LongTensor {1, 3, 2, 3}) end
for _, name in ipairs {'ClassNLLCriterion', 'CrossEntropyCriterion'} do
  loss(name, function() return nn[name](torch.DoubleTensor {1, 2, 3}) end,
    function() return double(4, 3) end, classes)
end

-- Random numbers ----------------------------------------------------------------------------------

local function seeded()
  torch.manualSeed(7)
  return {x = gaps(double(4, 5)), p = gaps(double(4, 5):div(3)), j = torch.LongTensor(2):zero(),
    q = torch.DoubleTensor(3):zero(), w = gaps(double(6))}
end
call('normal', seeded, function(it) it.x:normal(1, 2) end)
call('random', seeded, function(it) it.x:random(10) end)
call('bernoulli', seeded, function(it) it.x:bernoulli(it.p) end)
call('randn', seeded, function()
  local x = torch.randn(3, 4)
  return x
end)
into('LongTensor', 'randperm', seeded, function(it) torch.randperm(it.r, 20) end)
into('LongTensor', 'multinomial', seeded, function(it) it.r:multinomial(it.p, 2) end)
call('multinomialAliasSetup', seeded,
  function(it) torch.multinomialAliasSetup(it.w, {it.j, it.q}) end)
call('multinomialAlias', function()
  local it = seeded()
  local state = torch.multinomialAliasSetup(it.w)
  it.j, it.q, it.r = state[1], state[2], gaps(torch.LongTensor(4, 5):zero())
  return it
end, function(it) torch.multinomialAlias(it.r, {it.j, it.q}) end)
call('the state of the generator', seeded, function()
  local state = torch.getRNGState()
  torch.setRNGState(state)
  return state
end)

-- Storages and files ------------------------------------------------------------------------------

local function storage()
  return {s = torch.FloatStorage {1, 2, 3}, d = torch.DoubleStorage(3):fill(4)}
end
call('new storages', storage, function(it)
  local a, b = torch.IntStorage(100):fill(1), torch.IntStorage {1, 2, 3}
  local view = torch.FloatStorage(it.s, 2, 2)
  return a, b, view
end)
call('a storage that grows', storage, function(it) it.s:resize(100):fill(2) end)
call('a storage that is copied', storage, function(it) it.s:copy(it.d) end)

-- The contents of a file, or that there is none.
local function contents(name)
  local file = io.open(name, 'rb')
  if not file then return 'no file' end
  local text = file:read('*a')
  file:close()
  return text
end

for name, text in pairs {new = false, short = 'abcd'} do
  call('a mapped file that is ' .. name, function()
    local path = os.tmpname()
    os.remove(path)
    if text then
      local file = assert(io.open(path, 'wb'))
      file:write(text)
      file:close()
    end
    return {path = path, file = function() return contents(path) end,
      finish = function() os.remove(path) end}
  end, function(it) local s = torch.FloatStorage(it.path, true, 10); return s end)
end

local function model()
  torch.manualSeed(3)
  return nn.Sequential():add(nn.Linear(6, 5)):add(nn.ReLU(true)):add(nn.BatchNormalization(5))
    :add(nn.Linear(5, 3)):add(nn.LogSoftMax())
end

for _, mode in ipairs {'binary', 'ascii'} do
  local function saved()
    local path = os.tmpname()
    torch.save(path, {nn.Sequential():add(nn.Linear(2, 3)), x = gaps(double(3, 4))}, mode)
    return {path = path, finish = function() os.remove(path) end, x = gaps(double(4, 4)),
      model = model()}
  end
  steps('save, ' .. mode, saved, function(it) torch.save(it.path, {it.model, it.x}, mode) end)
  steps('load, ' .. mode, saved, function(it)
    local t = torch.load(it.path, mode)
    return {t.x, t[1]:getParameters()}
  end)
  steps('serialize, ' .. mode, saved, function(it)
    local text = torch.serialize({it.x, it.x:storage()}, mode)
    local back = torch.deserialize(text, mode)
    return {text, back}
  end)
end

-- Training and printing ---------------------------------------------------------------------------

steps('a training step', function()
  local net, criterion = model(), nn.ClassNLLCriterion()
  local w, g = net:getParameters()
  return {net = net, criterion = criterion, w = w, g = g, x = double(8, 6),
    t = torch.LongTensor {1, 2, 3, 1, 2, 3, 1, 2}}
end, function(it)
  local function evaluate()
    it.g:zero()
    local y = it.net:forward(it.x)
    local value = it.criterion:forward(y, it.t)
    it.net:backward(it.x, it.criterion:backward(y, it.t))
    return value, it.g
  end
  local _, values = optim.sgd(evaluate, it.w, {learningRate = 0.1, momentum = 0.9})
  optim.adam(evaluate, it.w, {learningRate = 0.1})
  return values
end)

for name, x in pairs {double = gaps(double(3, 4)), half = half(2, 3, 4),
  byte = torch.ByteTensor {1, 2}} do
  call('printing, ' .. name, function() return {x = x} end,
    function(it) local text = tostring(it.x); return text end)
end

return calls.list
