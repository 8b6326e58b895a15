-- examples/char-rnn: the network against finite differences, training, checkpoints, sampling, and
-- errors of the user.

local torch = require 'torch'
local nn = require 'nn'
require 'paths'
local run = require 'examples.run'

local lstm = dofile 'examples/char-rnn/lstm.lua'
local text = dofile 'examples/char-rnn/text.lua'

local folder = run.folder()

local function train(save, ...)
  local out = run.succeed('char-rnn/train.lua', {'-save', folder .. '/' .. save, '-size', 32,
    '-batchSize', 8, '-seqLength', 20, ...})
  local training, validation = {}, {}
  for epoch, t, v in out:gmatch 'epoch (%d+): training (%S+), validation (%S+) bits' do
    training[tonumber(epoch)], validation[tonumber(epoch)] = tonumber(t), tonumber(v)
  end
  return training, validation, tonumber(out:match 'single characters: (%S+) bits')
end

-- A checkpoint, trained when it is first needed.
local model = setmetatable({path = folder .. '/model.t7'}, {__index = function(self, key)
  self.training, self.validation, self.entropy = train('model.t7', '-trainSize', 20000,
    '-epochs', 3)
  return rawget(self, key)
end})

local function trained()
  return model.training and model.path
end

local function parameters(name)
  return torch.load(folder .. '/' .. name).network:getParameters()
end

describe('the unrolled LSTM', function()
  for _, layers in ipairs {1, 2} do
    it(('has the gradients of finite differences with %d layers'):format(layers), function()
      torch.manualSeed(3)
      local length, n, vocabulary = 3, 2, 5
      local network = lstm.network(vocabulary, 4, layers, 0):double()
      local params, grads = network:getParameters()
      params:uniform(-0.8, 0.8)
      local unrolled = lstm.unroll(network, length, n)
      local criterion = nn.ClassNLLCriterion():double()
      local inputs = torch.DoubleTensor(length, n):random(1, vocabulary)
      local targets = torch.DoubleTensor(length * n):random(1, vocabulary)
      unrolled:forward(inputs)
      unrolled:advance() -- a state that is not zero
      local function loss()
        return criterion:forward(unrolled:forward(inputs), targets)
      end
      loss()
      grads:zero()
      unrolled:backward(criterion:backward(unrolled.decoder.output, targets))
      local worst, step = 0, 1e-5
      for i = 1, params:nElement() do
        local value = params[i]
        params[i] = value + step
        local above = loss()
        params[i] = value - step
        local below = loss()
        params[i] = value
        worst = math.max(worst, math.abs((above - below) / (2 * step) - grads[i]))
      end
      assert.is_true(worst < 1e-8, 'difference ' .. worst)
      assert.is_true(grads:norm() > 0.1)
    end)
  end

  it('gives window by window what it gives in one', function()
    torch.manualSeed(4)
    local network = lstm.network(6, 5, 2, 0):double()
    network:getParameters()
    local whole, half = lstm.unroll(network, 6, 2), lstm.unroll(network, 3, 2)
    local inputs = torch.DoubleTensor(6, 2):random(1, 6)
    local expected = whole:forward(inputs):clone()
    for _ = 1, 2 do
      half:reset()
      local first = half:forward(inputs:narrow(1, 1, 3)):clone()
      half:advance()
      local second = half:forward(inputs:narrow(1, 4, 3))
      assert.is_true((torch.cat(first, second, 1) - expected):abs():max() < 1e-12)
    end
  end)

  it('drops out in training only', function()
    local network = lstm.network(6, 16, 2, 0.5):double()
    local unrolled = lstm.unroll(network, 4, 2)
    local inputs = torch.DoubleTensor(4, 2):random(1, 6)
    local function differs(training)
      unrolled:training(training)
      local first = unrolled:forward(inputs):clone()
      return (first - unrolled:forward(inputs)):abs():max() > 0
    end
    assert.is_true(differs(true))
    assert.is_false(differs(false))
  end)
end)

describe('a text', function()
  it('has a vocabulary and an entropy', function()
    local vocabulary, entropy = text.statistics 'abacabad'
    assert.are.equal('abcd', vocabulary)
    assert.is_true(math.abs(entropy - 1.75) < 1e-12)
  end)

  it('is cut in streams side by side', function()
    local streams = text.streams('abcdbca', 'abcd', 3, 'torch.FloatTensor')
    assert.are.same({{1, 3, 2}, {2, 4, 3}}, streams:totable())
  end)

  it('may hold all bytes', function()
    local bytes = {}
    for i = 0, 255 do bytes[i + 1] = string.char(i) end
    local contents = table.concat(bytes)
    local vocabulary, entropy = text.statistics(contents)
    assert.are.equal(contents, vocabulary)
    assert.is_true(math.abs(entropy - 8) < 1e-12)
    assert.are.equal(256, text.streams(contents, vocabulary, 1, 'torch.FloatTensor')[256][1])
  end)
end)

describe('char-rnn', function()
  it('learns more than how frequent each character is', function()
    assert.is_true(model.entropy > 4 and model.entropy < 5)
    assert.is_true(model.training[3] < model.training[1])
    assert.is_true(model.validation[3] < model.entropy - 0.8)
  end)

  for _, optimizer in ipairs {'adam', 'rmsprop'} do
    it('goes on from a checkpoint exactly: ' .. optimizer, function()
      local options = {'-optimizer', optimizer, '-trainSize', 3000, '-layers', 2, '-dropout', 0.2}
      local whole = train('whole.t7', '-epochs', 3, unpack(options))
      train('part.t7', '-epochs', 1, unpack(options))
      local resumed = train('part.t7', '-epochs', 3, '-resume', folder .. '/part.t7')
      assert.are.same({nil, whole[2], whole[3]}, resumed)
      assert.is_true(torch.equal(parameters 'whole.t7', parameters 'part.t7'))
    end)
  end

  it('writes as many characters as asked for, the same with the same seed', function()
    local function sample(...)
      return run.succeed('char-rnn/sample.lua', {trained(), '-length', 200, ...})
    end
    local first = sample('-prime', 'It is ')
    assert.are.equal('It is ', first:sub(1, 6))
    assert.are.equal(6 + 200 + 1, #first)
    assert.are.equal(first, sample('-prime', 'It is '))
    assert.are_not.equal(first, sample('-prime', 'It is ', '-seed', 2))
    assert.are.equal(1 + 200 + 1, #sample())
    assert.are.equal(sample('-prime', 'a', '-temperature', 0),
      sample('-prime', 'a', '-temperature', 0, '-seed', 2))
  end)

  it('writes likelier text at a lower temperature', function()
    local function kinds(temperature)
      local out = run.succeed('char-rnn/sample.lua', {trained(), '-length', 500, '-temperature',
        temperature})
      return #text.statistics(out)
    end
    assert.is_true(kinds(0.2) < kinds(2))
  end)

  it('shows its options', function()
    for script, names in pairs {
      ['train.lua'] = {'text', 'size', 'layers', 'dropout', 'seqLength', 'batchSize', 'epochs',
        'optimizer', 'learningRate', 'decay', 'clip', 'trainSize', 'threads', 'seed', 'type',
        'save', 'resume'},
      ['sample.lua'] = {'length', 'temperature', 'prime', 'threads', 'seed', 'type'},
    } do
      local out = run.succeed('char-rnn/' .. script, {'-h'})
      for _, name in ipairs(names) do
        assert.is_truthy(out:find('\n  %-' .. name .. ' +%S'), name)
      end
    end
  end)

  it('refuses to train with wrong options, texts and checkpoints', function()
    local save, short = folder .. '/refused.t7', folder .. '/short.txt'
    local damaged, other = folder .. '/damaged.t7', folder .. '/other.txt'
    run.write(short, 'too short')
    run.write(other, ('0123456789'):rep(1000))
    run.write(damaged, run.read(trained()):sub(1, 2000))
    for _, case in ipairs {
      {{'-size', 0}, '-size must be an integer of at least 1, got 0'},
      {{'-layers', 1.5}, '-layers must be an integer'},
      {{'-seqLength', 'long'}, 'invalid value for -seqLength'},
      {{'-dropout', 1}, '-dropout must be at least 0 and at most 0.99, got 1'},
      {{'-learningRate', 0}, '-learningRate must be greater than 0'},
      {{'-clip', -1}, '-clip must be greater than 0'},
      {{'-optimizer', 'sgd'}, '-optimizer must be adam or rmsprop, got sgd'},
      {{'-type', 'half'}, '-type must be float, double or cuda, got half'},
      {{'-colour'}, 'unknown option -colour'},
      {{'-text', folder .. '/none.txt'}, 'none.txt: No such file'},
      {{'-text', folder}, 'Is a directory'},
      {{'-text', short}, 'short.txt: a tenth of its 9 characters is too little'},
      {{'-save', folder .. '/none/x.t7'}, 'none/x.t7: cannot save there: No such file'},
      {{'-resume', folder .. '/none.t7'}, 'none.t7: No such file'},
      {{'-resume', damaged}, 'damaged.t7: not a checkpoint, or damaged'},
      {{'-resume', short}, 'short.txt: not a checkpoint, or damaged'},
      {{'-resume', trained(), '-epochs', 3}, 'has 3 epochs already'},
      {{'-resume', trained(), '-epochs', 4, '-text', other}, 'its characters are not those'},
    } do
      local arguments = {'-save', save, unpack(case[1])}
      assert.are.equal('', run.fail('char-rnn/train.lua', arguments, case[2]))
      assert.is_nil(io.open(save))
    end
  end)

  it('refuses to sample with wrong options and models', function()
    for _, case in ipairs {
      {{}, '<MODEL> is missing'},
      {{folder .. '/none.t7'}, 'none.t7: No such file'},
      {{'examples/char-rnn/README.md'}, 'README.md: not a checkpoint, or damaged'},
      {{trained(), '-length', -1}, '-length must be an integer of at least 0'},
      {{trained(), '-temperature', -1}, '-temperature must be at least 0'},
      {{trained(), '-prime', 'a~b'}, '-prime: the model knows no character "~"'},
    } do
      assert.are.equal('', run.fail('char-rnn/sample.lua', unpack(case)))
    end
  end)
end)
