-- Trains a character-level language model on a text: th train.lua -h

require 'torch'
require 'nn'
require 'optim'
require 'xlua'
require 'paths'

local common = paths.dofile '../common.lua'
local lstm = paths.dofile 'lstm.lua'
local text = paths.dofile 'text.lua'

local cmd = common.cmdline 'Trains an LSTM to tell the next character of a text.'
cmd:option('-text', paths.thisfile 'data/pride-and-prejudice.txt', 'file to learn from')
cmd:option('-size', 128, 'units in a layer')
cmd:option('-layers', 1, 'number of layers')
cmd:option('-dropout', 0, 'probability, between layers')
cmd:option('-seqLength', 50, 'steps that gradients go back')
cmd:option('-batchSize', 32, 'places of the text that are read side by side')
cmd:option('-epochs', 10, 'passes over the text')
cmd:option('-optimizer', 'adam', 'adam or rmsprop')
cmd:option('-learningRate', 0.02, 'of the first epoch')
cmd:option('-decay', 0.85, 'factor of the learning rate after each epoch')
cmd:option('-clip', 1, 'greatest norm of the gradient; a longer one is scaled down')
cmd:option('-trainSize', 0, 'use only so many characters; 0: all')
common.machine_options(cmd, 1, '; more help from -size 256 on')

local opt, tensor_type, checkpoint = common.start_training(cmd, {
  kind = 'char-rnn', data = 'text', fields = {network = 'nn.Container', vocabulary = 'string'},
  check = function(options)
    for _, name in ipairs {'size', 'layers', 'seqLength'} do
      common.check_integer(options, name, 1)
    end
    common.check_number(options, 'dropout', 0, 0.99)
    common.check_number(options, 'learningRate', 0, 1000, true)
    common.check_number(options, 'clip', 0, math.huge, true)
    common.check_choice(options, 'optimizer', {'adam', 'rmsprop'})
  end,
})

local contents, message = text.read(opt.text)
if not contents then common.fail('%s', message) end
if opt.trainSize > 0 then contents = contents:sub(1, opt.trainSize) end
local vocabulary, entropy = text.statistics(contents)
if checkpoint and checkpoint.vocabulary ~= vocabulary then
  common.fail('%s: its characters are not those that %s was trained on', opt.text, opt.resume)
end

-- The last tenth of the text is kept for validation. Both parts are read as streams [length
-- batchSize], window by window of seqLength steps.
local cut = math.floor(#contents * 0.9)
if #contents - cut < opt.batchSize * (opt.seqLength + 1) then
  common.fail('%s: a tenth of its %d characters is too little for -batchSize %d and -seqLength %d',
    opt.text, #contents, opt.batchSize, opt.seqLength)
end
local train_text = text.streams(contents:sub(1, cut), vocabulary, opt.batchSize, tensor_type)
local valid_text = text.streams(contents:sub(cut + 1), vocabulary, opt.batchSize, tensor_type)

local criterion = nn.ClassNLLCriterion():type(tensor_type)
local network, params, grads, unrolled
local optimizer_state, first_epoch = {}, 1
if checkpoint then
  optimizer_state, first_epoch = checkpoint.optimizer, checkpoint.epoch + 1
  network = checkpoint.network
  params, grads, unrolled = common.restore(opt.resume, function()
    local p, g = network:getParameters()
    local u = lstm.unroll(network, opt.seqLength, opt.batchSize)
    u:training(false)
    u:forward(train_text)
    common.check_state(optimizer_state, p)
    torch.setRNGState(checkpoint.random)
    return p, g, u
  end)
else
  network = lstm.network(#vocabulary, opt.size, opt.layers, opt.dropout):type(tensor_type)
  params, grads = network:getParameters()
  unrolled = lstm.unroll(network, opt.seqLength, opt.batchSize)
end

print(('%d characters of %s, %d different; %d layers of %d units, %d parameters; %d threads')
  :format(#contents, paths.basename(opt.text), #vocabulary, opt.layers, opt.size,
    params:nElement(), torch.getnumthreads()))
print(('entropy of single characters: %.3f bits per character'):format(entropy))

-- Calls step(inputs, targets) for every window of a stream and returns the mean of what it returns,
-- in bits per character.
local function read(stream, step)
  local length, n = opt.seqLength, opt.batchSize
  local windows = math.floor((stream:size(1) - 1) / length)
  local total = 0
  unrolled:reset()
  for w = 1, windows do
    local first = (w - 1) * length + 1
    local inputs = stream:narrow(1, first, length)
    local targets = stream:narrow(1, first + 1, length):view(length * n)
    total = total + step(inputs, targets)
    unrolled:advance()
    if stream == train_text then xlua.progress(w, windows) end
  end
  return total / windows / math.log(2)
end

local function train(config)
  unrolled:training(true)
  local inputs, targets
  local function evaluate()
    grads:zero()
    local outputs = unrolled:forward(inputs)
    local loss = criterion:forward(outputs, targets)
    unrolled:backward(criterion:backward(outputs, targets))
    local norm = grads:norm()
    if norm > opt.clip then grads:mul(opt.clip / norm) end
    return loss, grads
  end
  return read(train_text, function(window, following)
    inputs, targets = window, following
    local _, losses = optim[opt.optimizer](evaluate, params, config, optimizer_state)
    return losses[1]
  end)
end

local function validate()
  unrolled:training(false)
  return read(valid_text, function(inputs, targets)
    return criterion:forward(unrolled:forward(inputs), targets)
  end)
end

local timer = torch.Timer()
for epoch = first_epoch, opt.epochs do
  local start = timer:time().real
  local rate = opt.learningRate * opt.decay ^ (epoch - 1)
  print(('\nepoch %d of %d, learning rate %.3g'):format(epoch, opt.epochs, rate))
  local train_bits = train {learningRate = rate}
  common.check_loss(train_bits, opt)
  print(('epoch %d: training %.3f, validation %.3f bits per character, %.1f s'):format(epoch,
    train_bits, validate(), timer:time().real - start))
  common.save(opt.save, {kind = 'char-rnn', network = network:clearState(), vocabulary = vocabulary,
    optimizer = optimizer_state, options = opt, epoch = epoch, random = torch.getRNGState()})
  print('saved ' .. opt.save)
end
print(('\n%d epochs in %.1f s'):format(opt.epochs - first_epoch + 1, timer:time().real))
