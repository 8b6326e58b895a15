-- examples/mnist: training, checkpoints, prediction, and errors of the user.

local torch = require 'torch'
require 'nn'
local run = require 'examples.run'

local DATA = 'examples/mnist/data'
local folder = run.folder()

-- Losses and accuracies that a run has printed, epoch by epoch.
local function history(out)
  local losses, accuracies = {}, {}
  for epoch, loss, accuracy in out:gmatch(
    'epoch (%d+): training loss (%S+), test loss %S+, test accuracy (%S+) %%') do
    losses[tonumber(epoch)], accuracies[tonumber(epoch)] = tonumber(loss), tonumber(accuracy)
  end
  return losses, accuracies
end

local function train(save, ...)
  return history(run.succeed('mnist/train.lua', {'-save', folder .. '/' .. save, ...}))
end

local function parameters(name)
  return torch.load(folder .. '/' .. name).model:getParameters()
end

-- A checkpoint of LeNet, trained when it is first needed; losses and accuracies of the training.
local lenet = setmetatable({path = folder .. '/lenet.t7'}, {__index = function(self, key)
  self.losses, self.accuracies = train('lenet.t7', '-trainSize', 1000, '-batchSize', 16,
    '-epochs', 2)
  return rawget(self, key)
end})

local function trained()
  return lenet.losses and lenet.path
end

describe('mnist', function()
  it('trains LeNet: the loss falls and most test images are recognised', function()
    assert.is_true(lenet.losses[2] < 0.5 * lenet.losses[1])
    assert.is_true(lenet.accuracies[2] > 85)
    local checkpoint = torch.load(lenet.path)
    assert.are.equal(2, checkpoint.epoch)
    assert.are.equal('lenet', checkpoint.options.model)
    assert.are.equal(0, checkpoint.model.output:nElement())
  end)

  it('prints a confusion matrix and the progress for each epoch', function()
    local out = run.succeed('mnist/train.lua', {'-model', 'linear', '-trainSize', 100, '-epochs', 2,
      '-save', folder .. '/linear.t7'})
    assert.are.equal(2, select(2, out:gsub('ConfusionMatrix:', '')))
    assert.are.equal(2, select(2, out:gsub(' 100/100 ', '')))
    assert.are.equal(2, select(2, out:gsub('saved ' .. folder .. '/linear.t7', '')))
  end)

  for _, choice in ipairs {
    {'mlp', 'sgd', 'double'}, {'mlp', 'adam', 'float'}, {'linear', 'adam', 'double'},
  } do
    local model, optimizer, kind = unpack(choice)
    it(('goes on from a checkpoint exactly: %s, %s, %s'):format(model, optimizer, kind), function()
      local losses = train('whole.t7', '-model', model, '-optimizer', optimizer, '-type', kind,
        '-trainSize', 300, '-epochs', 3, '-batchSize', 32)
      train('part.t7', '-model', model, '-optimizer', optimizer, '-type', kind,
        '-trainSize', 300, '-epochs', 1, '-batchSize', 32)
      local resumed = train('part.t7', '-resume', folder .. '/part.t7', '-epochs', 3)
      assert.is_nil(resumed[1])
      assert.are.equal(losses[3], resumed[3])
      assert.is_true(losses[3] < losses[1])
      assert.are.equal('torch.' .. kind:gsub('^%l', string.upper) .. 'Tensor',
        parameters('part.t7'):type())
      assert.is_true(torch.equal(parameters 'whole.t7', parameters 'part.t7'))
    end)
  end

  it('gives other parameters with another seed, the same with the same', function()
    local arguments = {'-model', 'linear', '-trainSize', 50, '-epochs', 1}
    train('a.t7', unpack(arguments))
    train('b.t7', unpack(arguments))
    train('c.t7', '-seed', 2, unpack(arguments))
    assert.is_true(torch.equal(parameters 'a.t7', parameters 'b.t7'))
    assert.is_false(torch.equal(parameters 'a.t7', parameters 'c.t7'))
  end)

  it('reads plain files as well as compressed ones', function()
    local plain = run.folder()
    assert(os.execute(('cp %s/*.gz %s && gunzip %s/*.gz'):format(DATA, plain, plain)) == 0)
    local arguments = {'-model', 'linear', '-trainSize', 50, '-epochs', 1}
    assert.are.same({train('a.t7', unpack(arguments))},
      {train('b.t7', '-data', plain, unpack(arguments))})
  end)

  it('shows its options', function()
    for script, names in pairs {
      ['train.lua'] = {'data', 'model', 'optimizer', 'batchSize', 'epochs', 'learningRate', 'decay',
        'shift', 'trainSize', 'threads', 'seed', 'type', 'save', 'resume'},
      ['predict.lua'] = {'index', 'type', 'threads'},
    } do
      local out = run.succeed('mnist/' .. script, {'-h'})
      for _, name in ipairs(names) do
        assert.is_truthy(out:find('\n  %-' .. name .. ' +%S'), name)
      end
    end
  end)
end)

describe('mnist prediction', function()
  local images = DATA .. '/t10k-images-idx3-ubyte.gz'

  it('classifies the images of an IDX file', function()
    local out = run.succeed('mnist/predict.lua', {trained(), images})
    local digits = {}
    for digit in out:gmatch '%]: (%d) %(%d+%.%d %%%)' do digits[#digits + 1] = tonumber(digit) end
    assert.are.equal(1000, #digits)
    local labels = dofile('examples/mnist/idx.lua').read(DATA .. '/t10k-labels-idx1-ubyte.gz')
    assert.is_true(torch.ByteTensor(digits):eq(labels):sum() > 850)
  end)

  it('classifies one image, and several files', function()
    local one = run.succeed('mnist/predict.lua', {trained(), images, '-index', 3})
    assert.is_truthy(one:find('^[^\n]*gz%[3%]: 1 %('))
    assert.are.equal(1, select(2, one:gsub('\n', '')))
    local two = run.succeed('mnist/predict.lua', {'-index', 3, trained(), images, images})
    assert.are.equal(one .. one, two)
  end)

  it('refuses what it cannot classify', function()
    local model = trained()
    local text = folder .. '/text'
    run.write(text, 'no image')
    run.write(folder .. '/damaged.png', '\137PNG\r\n\26\n and no more')
    for _, case in ipairs {
      {{}, '<MODEL> is missing'},
      {{model}, '<IMAGE> is missing'},
      {{folder .. '/none.t7', images}, 'none.t7: No such file'},
      {{images, images}, 'not a checkpoint'},
      {{model, folder .. '/none.png'}, 'none.png: No such file'},
      {{model, text}, 'text: not an IDX file'},
      {{model, folder .. '/damaged.png'}, 'damaged.png is no PNG picture'},
      {{model, DATA .. '/t10k-labels-idx1-ubyte.gz'}, 'expected images of 28 x 28'},
      {{model, images, '-index', 1001}, '-index is 1001 of 1000 images'},
      {{model, images, '-index', -1}, '-index must be an integer'},
      {{model, images, '-colour'}, 'unknown option -colour'},
    } do
      assert.are.equal('', run.fail('mnist/predict.lua', unpack(case)))
    end
  end)
end)

describe('mnist training refuses', function()
  local save = folder .. '/refused.t7'

  local function refuse(arguments, message)
    for i, word in ipairs {'-save', save, '-trainSize', 50, '-epochs', 1} do
      table.insert(arguments, i, word)
    end
    assert.are.equal('', run.fail('mnist/train.lua', arguments, message))
    assert.is_nil(io.open(save))
  end

  it('wrong options', function()
    refuse({'-model', 'resnet'}, '-model must be lenet, mlp or linear, got resnet')
    refuse({'-optimizer', 'cg'}, '-optimizer must be sgd or adam, got cg')
    refuse({'-type', 'int'}, '-type must be float, double or cuda, got int')
    refuse({'-epochs', 0}, '-epochs must be an integer of at least 1, got 0')
    refuse({'-epochs', 'many'}, 'invalid value for -epochs')
    refuse({'-batchSize', 1.5}, '-batchSize must be an integer')
    refuse({'-batchSize'}, 'missing argument for option -batchSize')
    refuse({'-learningRate', -1}, '-learningRate must be at least 0')
    refuse({'-learningRate', 'nan'}, '-learningRate must be at least 0')
    refuse({'-decay', 0}, '-decay must be greater than 0')
    refuse({'-shift', 29}, '-shift must be at least 0 and at most 28')
    refuse({'-trainSize', 6001}, '-trainSize is 6001, but there are 6000')
    refuse({'-threads', -1}, '-threads must be an integer')
    refuse({'-colour'}, 'unknown option -colour')
  end)

  it('an unwritable checkpoint, before it trains', function()
    refuse({'-save', folder .. '/none/x.t7'}, 'none/x.t7: cannot save there: No such file')
    refuse({'-save', folder}, 'it is a directory')
  end)

  it('a damaged or wrong checkpoint', function()
    local path = folder .. '/damaged.t7'
    refuse({'-resume', path}, 'damaged.t7: No such file')
    train('linear.t7', '-model', 'linear', '-trainSize', 50, '-epochs', 2)
    local bytes = run.read(folder .. '/linear.t7')
    run.write(path, bytes:sub(1, #bytes / 2))
    refuse({'-resume', path}, 'damaged.t7: not a checkpoint, or damaged')
    run.write(path, 'no checkpoint')
    refuse({'-resume', path}, 'damaged.t7: not a checkpoint, or damaged')
    torch.save(path, {1, 2, 3})
    refuse({'-resume', path}, 'damaged.t7: not a checkpoint of the mnist example')
    torch.save(path, {kind = 'mnist', epoch = 0, options = {}, optimizer = {},
      random = torch.ByteTensor(), model = 'none'})
    refuse({'-resume', path}, 'damaged checkpoint: its model is string, expected nn.Module')
    refuse({'-resume', folder .. '/linear.t7', '-epochs', 2}, 'has 2 epochs already')
    for message, damage in pairs {
      ['setRNGState'] = function(checkpoint) checkpoint.random:fill(255) end,
      ['the optimizer state dfdx has 3 elements'] = function(checkpoint)
        checkpoint.optimizer.dfdx:resize(3)
      end,
      ['batchSize'] = function(checkpoint) checkpoint.options.batchSize = -1 end,
      ['damaged checkpoint: '] = function(checkpoint) checkpoint.options.seed = nil end,
      ['module of nn.Sequential: '] = function(checkpoint)
        checkpoint.model:get(2).weight:resize(9)
      end,
    } do
      local checkpoint = torch.load(folder .. '/linear.t7')
      damage(checkpoint)
      torch.save(path, checkpoint)
      refuse({'-resume', path, '-epochs', 3}, message)
    end
  end)

  it('missing, damaged or inconsistent data', function()
    local bad = run.folder()
    local function with(name, bytes, message)
      assert(os.execute(('cp %s/*.gz %s'):format(DATA, bad)) == 0)
      run.write(bad .. '/' .. name .. '.gz', bytes)
      refuse({'-data', bad}, message)
    end
    local images = run.read(DATA .. '/train-images-idx3-ubyte.gz')
    local labels = run.read(DATA .. '/train-labels-idx1-ubyte.gz')
    refuse({'-data', bad .. '/none'}, 'none: no such folder')
    refuse({'-data', bad}, 'no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz')
    with('train-images-idx3-ubyte', images:sub(1, 9000), 'train-images-idx3-ubyte.gz: ')
    with('train-images-idx3-ubyte', images:sub(1, 9000) .. ('x'):rep(100) .. images:sub(9101),
      'train-images-idx3-ubyte.gz: ')
    with('train-images-idx3-ubyte', labels, 'expected 3 dimensions, got 1')
    with('t10k-labels-idx1-ubyte', labels, '1000 t10k images but 6000 labels')
    with('t10k-labels-idx1-ubyte', '', 't10k-labels-idx1-ubyte.gz: not an IDX file')
    with('t10k-labels-idx1-ubyte', '\0\0\8\1\0\0\3\232' .. ('\10'):rep(1000),
      'a t10k label is 10, expected 0 to 9')
    with('t10k-images-idx3-ubyte', '\0\0\8\3\0\0\3\232\0\0\0\1\0\0\0\1' .. ('\10'):rep(1000),
      'the t10k images are 1 x 1, expected 28 x 28')
  end)

  it('to go on when the loss is not finite', function()
    run.fail('mnist/train.lua', {'-save', save, '-model', 'mlp', '-trainSize', 200, '-epochs', 20,
      '-learningRate', 1000, '-decay', 1}, 'the loss is not finite any more')
  end)

  it('to lose a checkpoint silently', function()
    run.fail('mnist/train.lua', {'-save', '/dev/full', '-model', 'linear', '-trainSize', 20,
      '-epochs', 1}, '/dev/full: cannot save')
  end)
end)

describe('mnist on a GPU', function()
  it('says in one line why it cannot', function()
    if pcall(require, 'cutorch') then
      local losses = train('cuda.t7', '-type', 'cuda', '-trainSize', 1200, '-epochs', 2)
      assert.is_true(losses[2] < losses[1])
    else
      run.fail('mnist/train.lua', {'-type', 'cuda', '-save', folder .. '/cuda.t7'},
        '-type cuda needs the package cutorch')
    end
  end)
end)
