-- The networks of the training, inference and memory cases, in Torch7's API where Torch7 has the
-- layers; networks.py has the same, with modules in the same order. Each function makes a network
-- and what a training step needs: {model, criterion, input, target, optimizer, its options}. Sizes
-- that are not given are those of the cases on the CPU.

local nn = require 'nn'
local optim = require 'optim'
local harness = require 'harness'

local networks = {}

local function classifier(model, gain, input, labels, options)
  return {harness.init(model, gain), nn.ClassNLLCriterion(), input, labels, optim.sgd, options}
end

local function momentum() return {learningRate = 1e-3, momentum = 0.9, dampening = 0} end

function networks.mlp()
  local model = nn.Sequential():add(nn.Linear(784, 512)):add(nn.ReLU(true))
    :add(nn.Linear(512, 512)):add(nn.ReLU(true)):add(nn.Linear(512, 10)):add(nn.LogSoftMax())
  return classifier(model, 2, harness.tensor(0, 128, 784), harness.labels(128, 10),
    {learningRate = 1e-3})
end

function networks.lenet(batch)
  batch = batch or 128
  local model = nn.Sequential()
    :add(nn.SpatialConvolution(1, 20, 5, 5)):add(nn.SpatialMaxPooling(2, 2, 2, 2))
    :add(nn.SpatialConvolution(20, 50, 5, 5)):add(nn.SpatialMaxPooling(2, 2, 2, 2))
    :add(nn.View(800)):add(nn.Linear(800, 500)):add(nn.ReLU(true)):add(nn.Linear(500, 10))
    :add(nn.LogSoftMax())
  return classifier(model, 1, harness.tensor(0, batch, 1, 28, 28), harness.labels(batch, 10),
    momentum())
end

-- A convolution without bias, normalized over the batch.
local function add_convolution(model, from, to, size, stride)
  local pad = (size - 1) / 2
  return model:add(nn.SpatialConvolution(from, to, size, size, stride, stride, pad, pad):noBias())
    :add(nn.SpatialBatchNormalization(to))
end

function networks.vggsmall()
  local model, from = nn.Sequential(), 3
  for _, to in ipairs {64, 128, 256} do
    for _ = 1, 2 do
      add_convolution(model, from, to, 3, 1):add(nn.ReLU(true))
      from = to
    end
    model:add(nn.SpatialMaxPooling(2, 2, 2, 2))
  end
  model:add(nn.View(4096)):add(nn.Linear(4096, 512)):add(nn.ReLU(true)):add(nn.Linear(512, 10))
    :add(nn.LogSoftMax())
  return classifier(model, 2, harness.tensor(0, 64, 3, 32, 32), harness.labels(64, 10), momentum())
end

-- A body of convolutions beside a skip connection.
local function skipping(body, from, to, stride)
  local skip = nn.Identity()
  if stride ~= 1 or from ~= to then skip = add_convolution(nn.Sequential(), from, to, 1, stride) end
  return nn.Sequential():add(nn.ConcatTable():add(body):add(skip)):add(nn.CAddTable(true))
    :add(nn.ReLU(true))
end

local function residual_block(from, to, stride)
  local body = add_convolution(nn.Sequential(), from, to, 3, stride):add(nn.ReLU(true))
  return skipping(add_convolution(body, to, to, 3, 1), from, to, stride)
end

--- ResNet-18 for images of 32 x 32 pixels, or 224 x 224.
function networks.resnet18_model(size, classes)
  local model = nn.Sequential()
  if size == 32 then
    add_convolution(model, 3, 64, 3, 1):add(nn.ReLU(true))
  else
    add_convolution(model, 3, 64, 7, 2):add(nn.ReLU(true))
      :add(nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1))
  end
  local from = 64
  for stage, to in ipairs {64, 128, 256, 512} do
    model:add(residual_block(from, to, stage > 1 and 2 or 1)):add(residual_block(to, to, 1))
    from = to
  end
  local last = size == 32 and 4 or 7
  model:add(nn.SpatialAveragePooling(last, last, 1, 1)):add(nn.View(512))
    :add(nn.Linear(512, classes)):add(nn.LogSoftMax())
  return harness.init(model, 2)
end

function networks.resnet18()
  return {networks.resnet18_model(32, 10), nn.ClassNLLCriterion(), harness.tensor(0, 32, 3, 32, 32),
    harness.labels(32, 10), optim.sgd, momentum()}
end

-- A block of ResNet-50; the stride is that of the 3x3 convolution.
local function bottleneck(from, width, stride)
  local to = 4 * width
  local body = add_convolution(nn.Sequential(), from, width, 1, 1):add(nn.ReLU(true))
  add_convolution(body, width, width, 3, stride):add(nn.ReLU(true))
  return skipping(add_convolution(body, width, to, 1, 1), from, to, stride), to
end

--- ResNet-50 for a batch of images of size x size pixels, a multiple of 32, in 1000 classes. It has
-- 64 planes after its first layer; `width` makes smaller ones.
function networks.resnet50(batch, size, width)
  local model = nn.Sequential()
  add_convolution(model, 3, width, 7, 2):add(nn.ReLU(true))
    :add(nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1))
  local from = width
  for stage, blocks in ipairs {3, 4, 6, 3} do
    for k = 1, blocks do
      local block, to = bottleneck(from, width * 2 ^ (stage - 1), k == 1 and stage > 1 and 2 or 1)
      model:add(block)
      from = to
    end
  end
  model:add(nn.SpatialAveragePooling(size / 32, size / 32, 1, 1)):add(nn.View(from))
    :add(nn.Linear(from, 1000)):add(nn.LogSoftMax())
  return classifier(model, 2, harness.tensor(0, batch, 3, size, size), harness.labels(batch, 1000),
    momentum())
end

if not nn.SequenceLSTM then return networks end -- Torch7

-- Sequences of 50 characters, a batch of 50.
function networks.charlstm(steps, batch)
  steps, batch = steps or 50, batch or 50
  local model = nn.Sequential():add(nn.LookupTable(96, 64)):add(nn.SequenceLSTM(64, 256))
    :add(nn.View(steps * batch, 256)):add(nn.Linear(256, 96)):add(nn.LogSoftMax())
  return {harness.init(model), nn.ClassNLLCriterion(),
    harness.labels(steps * batch, 96):view(steps, batch), harness.labels(steps * batch, 96),
    optim.adam, {learningRate = 1e-3}}
end

local function residual(module)
  return nn.Sequential():add(nn.ConcatTable():add(module):add(nn.Identity())):add(nn.CAddTable())
end

-- A block with normalization first: n samples of t positions of d elements.
local function transformer(n, t, d, heads, activation, options)
  local attention = nn.Sequential():add(nn.LayerNorm(d))
    :add(nn.MultiHeadAttention(d, heads, options))
  local feed = nn.Sequential():add(nn.LayerNorm(d)):add(nn.View(n * t, d))
    :add(nn.Linear(d, 4 * d)):add(activation):add(nn.Linear(4 * d, d)):add(nn.View(n, t, d))
  local model = nn.Sequential():add(residual(attention)):add(residual(feed))
  return {harness.init(model), nn.MSECriterion(), harness.tensor(0, n, t, d),
    harness.tensor(7, n, t, d), optim.sgd, {learningRate = 1e-2}}
end

function networks.transformer() return transformer(8, 128, 256, 4, nn.ReLU(true)) end

--- A block of GPT-2 small where d is 768 and there are 12 heads.
function networks.gpt2(n, t, d, heads)
  return transformer(n, t, d, heads, nn.GELU('tanh'), {causal = true})
end

return networks
