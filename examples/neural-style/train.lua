-- Trains the network whose layers style.lua looks at, on patches of textures: th train.lua -help

require 'torch'
require 'nn'
require 'optim'
require 'xlua'
require 'paths'

local pictures = paths.dofile 'pictures.lua'

cmd = torch.CmdLine()
cmd:text()
cmd:text('Trains a small convolutional network to tell textures')
cmd:text()
cmd:option('-patches', 2000, 'number of training patches')
cmd:option('-epochs', 4, 'passes over them')
cmd:option('-batchSize', 20, 'patches in a mini-batch')
cmd:option('-learningRate', 0.001, 'of Adam')
cmd:option('-save', 'textures.t7', 'the network')
cmd:option('-threads', 1, 'number of threads')
cmd:option('-seed', 1, 'of the random numbers')
cmd:text()
opt = cmd:parse(arg or {})

torch.setdefaulttensortype('torch.FloatTensor')
torch.setnumthreads(opt.threads)
torch.manualSeed(opt.seed)

-- layers are found by name, as in VGG: relu2_1 is the first of the second scale
model = nn.Sequential()
local channels = 3
for scale, width in ipairs{16, 32, 48} do
  for i = 1, 2 do
    local conv = nn.SpatialConvolution(channels, width, 3, 3, 1, 1, 1, 1)
    conv.weight:normal(0, math.sqrt(2 / (9 * channels)))
    conv.bias:zero()
    conv.name = 'conv' .. scale .. '_' .. i
    local relu = nn.ReLU(true)
    relu.name = 'relu' .. scale .. '_' .. i
    model:add(conv):add(relu)
    channels = width
  end
  local pool = nn.SpatialMaxPooling(2, 2, 2, 2)
  pool.name = 'pool' .. scale
  model:add(pool)
end
model:add(nn.View(channels * 4 * 4):setNumInputDims(3))
model:add(nn.Linear(channels * 4 * 4, #pictures.textures))
model:add(nn.LogSoftMax())
print(model)

local criterion = nn.ClassNLLCriterion()
local classes = {}
for _, texture in ipairs(pictures.textures) do table.insert(classes, texture[1]) end
confusion = optim.ConfusionMatrix(classes)

trainset, testset = {}, {}
trainset.data, trainset.labels = pictures.patches(opt.patches, 32)
testset.data, testset.labels = pictures.patches(500, 32)
mean = trainset.data:mean()
trainset.data:add(-mean)
testset.data:add(-mean)

parameters, gradParameters = model:getParameters()
local state = {learningRate = opt.learningRate}
local time = sys.clock()
for epoch = 1, opt.epochs do
  model:training()
  local shuffle = torch.randperm(opt.patches):long()
  local total = 0
  for t = 1, opt.patches - opt.batchSize + 1, opt.batchSize do
    local batch = shuffle:narrow(1, t, opt.batchSize)
    local inputs, targets = trainset.data:index(1, batch), trainset.labels:index(1, batch)
    local feval = function(x)
      collectgarbage()
      if x ~= parameters then parameters:copy(x) end
      gradParameters:zero()
      local f = criterion:forward(model:forward(inputs), targets)
      model:backward(inputs, criterion:backward(model.output, targets))
      total = total + f * opt.batchSize
      return f, gradParameters
    end
    optim.adam(feval, parameters, state)
  end

  model:evaluate()
  confusion:zero()
  for t = 1, 500, 100 do
    confusion:batchAdd(model:forward(testset.data:narrow(1, t, 100)),
      testset.labels:narrow(1, t, 100))
  end
  confusion:updateValids()
  print(string.format('epoch %d: loss %.4f, test accuracy %.1f %%, %.1f s', epoch,
    total / opt.patches, confusion.totalValid * 100, sys.clock() - time))
end
torch.save(opt.save, {model = model:clearState(), mean = mean})
print('saved ' .. opt.save)
