-- The examples in the manner of Torch7's programs: each learns in a few seconds, and what it writes
-- is there.

local torch = require 'torch'
require 'image'
local run = require 'examples.run'

-- The numbers that a pattern with one capture finds.
local function numbers(text, pattern)
  local list = {}
  for number in text:gmatch(pattern) do list[#list + 1] = tonumber(number) end
  return list
end

local function size(folder, name)
  return image.getSize(folder .. '/' .. name):totable()
end

describe('seq2seq', function()
  local folder = run.folder()

  it('has the gradients of finite differences', function()
    run.write(folder .. '/gradients.lua', [[
      local set = torch.setdefaulttensortype
      torch.setdefaulttensortype = function() set 'torch.DoubleTensor' end
      arg = {'-pairs', '60', '-test', '2', '-epochs', '0', '-size', '4', '-embedding', '3',
        '-clip', '1e9', '-save', 'none.t7'}
      dofile(TRAIN)
      params:uniform(-1, 1)
      local batch, worst = batches[1], 0
      local _, g = run(batch, true)
      g = g:clone()
      assert(g:norm() > 0.01)
      for i = 1, params:size(1), 11 do
        local p, step = params[i], 1e-5
        params[i] = p + step
        local above = run(batch)
        params[i] = p - step
        worst = math.max(worst, math.abs((above - run(batch)) / (2 * step) - g[i]))
        params[i] = p
      end
      print('worst', worst)]])
    local top = require('paths').cwd()
    run.write(folder .. '/start.lua', ('TRAIN = %q dofile(%q)'):format(
      top .. '/examples/seq2seq/train.lua', folder .. '/gradients.lua'))
    local out = run.within(folder, folder .. '/start.lua', {})
    assert.is_true(tonumber(out:match 'worst%s+(%S+)') < 1e-8)
  end)

  it('learns, and translates with its checkpoint', function()
    local out = run.within(folder, 'seq2seq/train.lua', {'-pairs', 1500, '-test', 40, '-size', 32,
      '-epochs', 4, '-rate', 0.02, '-save', 'model.t7'})
    local losses = numbers(out, 'test loss (%S+),')
    assert.are.equal(4, #losses)
    assert.is_true(losses[4] < 0.7 and losses[4] < 0.7 * losses[1], out)
    local translated = run.within(folder, 'seq2seq/translate.lua', {'model.t7', '-attention',
      '-text', 'In nineteen ninety on May the third'})
    assert.is_truthy(translated:match '^%d+%-%d%d%-%d+ ')
    local looks, rows = 0, 0
    for row in translated:gmatch '\n  [^\n]+' do
      for weight in row:gmatch '=(%S+)' do looks = looks + tonumber(weight) end
      rows = rows + 1
    end
    assert.is_true(rows >= 8 and math.abs(looks / rows - 1) < 0.03, translated)
  end)
end)

describe('dcgan', function()
  local folder = run.folder()

  it('learns from the images of a folder, which threads read', function()
    local short = {images = 50, batchSize = 16, ngf = 8, ndf = 8, report = 20, niter = 1}
    local before = run.within(folder, 'dcgan/train.lua', {}, short)
    assert.is_truthy(before:find('drawing 50 faces into faces', 1, true))
    short.niter = 80
    local after = run.within(folder, 'dcgan/train.lua', {}, short)
    assert.is_truthy(after:find('Dataset: faces Size: 50', 1, true))
    local pattern = 'differ from real ones by (%S+)'
    assert.is_true(numbers(after, pattern)[1] < 0.8 * numbers(before, pattern)[1], before .. after)
    assert.are.same({3, 272, 272}, size(folder, 'dcgan.png'))
  end)

  it('generates from a checkpoint', function()
    local out = run.within(folder, 'dcgan/generate.lua', {}, {rows = 2, columns = 3, walk = 1})
    assert.is_truthy(out:find('6 x 3 x 32 x 32', 1, true))
    assert.are.same({3, 68, 102}, size(folder, 'generated.png'))
  end)
end)

describe('resnet', function()
  local folder = run.folder()
  local options = {'-draw', 12, '-batchSize', 20, '-nEpochs', 2}

  it('learns, and goes on from its checkpoint', function()
    local out = run.within(folder, 'resnet/train.lua', options)
    local losses = numbers(out, 'loss (%S+), error')
    assert.are.equal(2, #losses)
    assert.is_true(losses[2] < losses[1], out)
    assert.is_truthy(out:find('10 classes, 6 and 2 batches, 75290 parameters', 1, true), out)
    assert.are.equal(10, select(2, out:gsub('%[class: %l+%]', '')))
    local resumed = run.within(folder, 'resnet/train.lua', {'-nEpochs', 3, '-resume',
      'checkpoints'})
    assert.are.same({3}, numbers(resumed, 'epoch (%d+): loss'))
  end)

  it('tests a checkpoint as it was in training', function()
    local trained = run.within(folder, 'resnet/train.lua', {'-draw', 12, '-nEpochs', 1,
      '-shortcutType', 'B', '-save', 'b'})
    local tested = run.within(folder, 'resnet/train.lua', {'-resume', 'b', '-testOnly', 'true'})
    assert.are.same(numbers(trained, 'best validation error (%S+)'),
      numbers(tested, 'validation error (%S+)'))
  end)
end)

describe('neural-style', function()
  local folder = run.folder()

  it('trains a network and paints with it', function()
    local out = run.within(folder, 'neural-style/train.lua', {'-patches', 400, '-epochs', 3})
    local accuracies = numbers(out, 'test accuracy (%S+)')
    assert.is_true(accuracies[3] > 25, out)
    for optimizer, share in pairs {lbfgs = 0.3, adam = 0.7} do
      out = run.within(folder, 'neural-style/style.lua', {'-image_size', 48, '-num_iterations', 40,
        '-optimizer', optimizer, '-output_image', optimizer .. '.png', '-save_iter', 20})
      local first, last = out:match 'loss (%S+) at first, (%S+) after'
      assert.is_true(tonumber(last) < share * tonumber(first), out)
      assert.are.same({3, 48, 48}, size(folder, optimizer .. '.png'))
      assert.are.same({3, 48, 48}, size(folder, optimizer .. '_20.png'))
    end
  end)

  it('takes pictures from files', function()
    image.save(folder .. '/content.png', torch.rand(3, 40, 60))
    image.save(folder .. '/style.jpg', torch.rand(3, 50, 50))
    run.within(folder, 'neural-style/style.lua', {'-content_image', 'content.png', '-style_image',
      'style.jpg', '-image_size', 30, '-num_iterations', 2, '-init', 'random'})
    assert.are.same({3, 20, 30}, size(folder, 'out.png'))
  end)
end)

describe('super-resolution', function()
  local folder = run.folder()

  it('does better than interpolation, and doubles pictures', function()
    local out = run.within(folder, 'super-resolution/train.lua', {'--train', 400, '--epochs', 4,
      '--save', 'sr', '--cuda'})
    local bicubic = numbers(out, 'bicubic (%S+) dB')[1]
    local results = numbers(out, 'test (%S+) dB')
    assert.is_true(results[4] > bicubic + 1, out)
    assert.are.same({1, 120, 360}, size(folder, 'sr.png'))
    image.save(folder .. '/in.png', torch.rand(3, 10, 14))
    out = run.within(folder, 'super-resolution/upscale.lua', {'sr.t7', 'in.png', 'out.png'})
    assert.is_truthy(out:find('14 x 10 -> 28 x 20', 1, true))
    assert.are.same({3, 20, 28}, size(folder, 'out.png'))
  end)
end)
