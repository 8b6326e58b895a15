-- Trains a classifier of handwritten digits on MNIST: th train.lua -h

require 'torch'
require 'nn'
require 'optim'
require 'xlua'
require 'paths'

local common = paths.dofile '../common.lua'
local data = paths.dofile 'data.lua'
local models = paths.dofile 'models.lua'

local cmd = common.cmdline 'Trains a classifier of handwritten digits on MNIST.'
cmd:option('-data', paths.thisfile 'data', 'folder with the four IDX files, plain or .gz')
cmd:option('-model', 'lenet', 'lenet, mlp or linear')
cmd:option('-optimizer', 'sgd', 'sgd (with momentum 0.9) or adam')
cmd:option('-batchSize', 64, 'images in a mini-batch')
cmd:option('-epochs', 8, 'passes over the training images')
cmd:option('-learningRate', 0, '0 stands for 0.02 with sgd, 0.001 with adam')
cmd:option('-decay', 0.7, 'factor of the learning rate after each epoch')
cmd:option('-shift', 1, 'training images are moved at random by up to so many pixels')
cmd:option('-trainSize', 0, 'use the first so many training images; 0: all')
common.machine_options(cmd, torch.getnumthreads())

local opt, tensor_type, checkpoint = common.start_training(cmd, {
  kind = 'mnist', data = 'data', fields = {model = 'nn.Module'},
  check = function(options)
    common.check_integer(options, 'shift', 0)
    common.check_number(options, 'shift', 0, data.SIZE)
    common.check_number(options, 'learningRate', 0, 1000)
    common.check_choice(options, 'optimizer', {'sgd', 'adam'})
    common.check_choice(options, 'model', {'lenet', 'mlp', 'linear'})
  end,
})
if opt.learningRate == 0 then opt.learningRate = opt.optimizer == 'sgd' and 0.02 or 0.001 end

local function load(part)
  local set, message = data.load(opt.data, part)
  if not set then common.fail('%s', message) end
  return set
end

local train_set, test_set = load 'train', load 't10k'
local train_size = train_set.labels:size(1)
if opt.trainSize > train_size then
  common.fail('-trainSize is %d, but there are %d training images', opt.trainSize, train_size)
elseif opt.trainSize > 0 then
  train_size = opt.trainSize
end
local test_size = test_set.labels:size(1)
local train_batch = data.batches(train_set, tensor_type, opt.shift)
local test_batch = data.batches(test_set, tensor_type, 0)

local criterion = nn.ClassNLLCriterion():type(tensor_type)
local confusion = optim.ConfusionMatrix(data.CLASSES)
local model, params, grads
local optimizer_state, first_epoch = {}, 1
if checkpoint then
  optimizer_state, first_epoch = checkpoint.optimizer, checkpoint.epoch + 1
  model = checkpoint.model
  params, grads = common.restore(opt.resume, function()
    model:evaluate()
    criterion:forward(model:forward(test_batch(torch.ones(1), 1, 1)), torch.ones(1))
    torch.setRNGState(checkpoint.random)
    local p, g = model:getParameters()
    common.check_state(optimizer_state, p)
    return p, g
  end)
else
  model = models[opt.model]():type(tensor_type)
  params, grads = model:getParameters()
end

print(tostring(model))
print(('%d parameters; %d training and %d test images of %s; %d threads'):format(
  params:nElement(), train_size, test_size, opt.data, torch.getnumthreads()))

-- One pass over the training images in random order. Returns the mean loss.
local function train(config)
  model:training()
  local order = torch.randperm(train_size)
  local total = 0
  local inputs, targets
  local function evaluate()
    grads:zero()
    local outputs = model:forward(inputs)
    local loss = criterion:forward(outputs, targets)
    model:backward(inputs, criterion:backward(outputs, targets))
    return loss, grads
  end
  for first = 1, train_size, opt.batchSize do
    local n = math.min(opt.batchSize, train_size - first + 1)
    inputs, targets = train_batch(order, first, n)
    local _, losses = optim[opt.optimizer](evaluate, params, config, optimizer_state)
    total = total + losses[1] * n
    xlua.progress(first + n - 1, train_size)
  end
  return total / train_size
end

-- Classifies the test images, into the confusion matrix. Returns the mean loss.
local function test()
  model:evaluate()
  confusion:zero()
  local order = torch.range(1, test_size)
  local total = 0
  for first = 1, test_size, 250 do
    local n = math.min(250, test_size - first + 1)
    local inputs, targets = test_batch(order, first, n)
    local outputs = model:forward(inputs)
    total = total + criterion:forward(outputs, targets) * n
    confusion:batchAdd(outputs, targets)
  end
  return total / test_size
end

local timer = torch.Timer()
for epoch = first_epoch, opt.epochs do
  local start = timer:time().real
  local config = {learningRate = opt.learningRate * opt.decay ^ (epoch - 1)}
  if opt.optimizer == 'sgd' then config.momentum, config.dampening = 0.9, 0 end
  print(('\nepoch %d of %d, learning rate %.3g'):format(epoch, opt.epochs, config.learningRate))
  local train_loss = train(config)
  common.check_loss(train_loss, opt)
  local train_time = timer:time().real - start
  local test_loss = test()
  print(confusion)
  print(('epoch %d: training loss %.4f, test loss %.4f, test accuracy %.2f %%, %.1f s'):format(
    epoch, train_loss, test_loss, confusion.totalValid * 100, train_time))
  common.save(opt.save, {kind = 'mnist', model = model:clearState(), optimizer = optimizer_state,
    options = opt, epoch = epoch, random = torch.getRNGState()})
  print('saved ' .. opt.save)
end
print(('\n%d epochs in %.1f s'):format(opt.epochs - first_epoch + 1, timer:time().real))
