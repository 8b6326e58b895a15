-- Classifies pictures in folders that threads load, by closures with upvalues, penlight's lapp,
-- tds, a confusion matrix, a log with a plot, and checkpoints.
--   th folder_classifier.lua --save FOLDER

require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'xlua'
require 'sys'
require 'pl'
local threads = require 'threads'
local tds = require 'tds'
threads.Threads.serialization('threads.sharedserialize')

opt = lapp[[
   -s,--save          (default "logs")      folder of pictures, logs and models
   -b,--batchSize     (default 20)          batch size
   -r,--learningRate  (default 0.05)        learning rate
   --momentum         (default 0.9)         momentum
   --nThreads         (default 2)           loaders
   --epochs           (default 4)
   -p,--plot                                plot while training
   -t,--type          (default float)       float or double
   --files            (default 120)
]]
local kind = opt.type == 'float' and 'torch.FloatTensor' or 'torch.DoubleTensor'
torch.setdefaulttensortype(kind)
torch.setnumthreads(1)
torch.manualSeed(1)

-- Pictures with a bright bar
classes = {'horizontal', 'vertical'}
for c, name in ipairs(classes) do
  os.execute('mkdir -p ' .. path.join(opt.save, 'images', name))
  for i = c, opt.files, 2 do
    local img = torch.rand(3, 24, 24):mul(0.3)
    local at = torch.random(3, 20)
    local bar = c == 1 and img[{{}, {at, at + 2}, {}}] or img[{{}, {}, {at, at + 2}}]
    bar:add(0.6)
    local file = ('%03d.%s'):format(i, i % 3 == 0 and 'png' or 'jpg')
    image.save(path.join(opt.save, 'images', name, file), img:clamp(0, 1))
  end
end

local list, labels = tds.Vec(), tds.Hash()
for c, name in ipairs(classes) do
  for _, f in ipairs(dir.getfiles(path.join(opt.save, 'images', name))) do
    list:insert(f)
    labels[f] = c
  end
end
print(#list .. ' files')

local mean, std = {0.4, 0.4, 0.4}, {0.3, 0.3, 0.3}
local loaders = threads.Threads(opt.nThreads,
  function() require 'image' end,
  function(idx)
    torch.setdefaulttensortype('torch.FloatTensor')
    torch.manualSeed(1234 + idx)
    donkey = {id = idx}
    function donkey.load(file)
      local img = image.scale(image.load(file, 3, 'float'), 20, 20)
      if torch.uniform() > 0.5 then img = image.hflip(img) end
      local x, y = torch.random(0, 4), torch.random(0, 4)
      img = image.crop(img, x, y, x + 16, y + 16)
      for c = 1, 3 do img[c]:add(-mean[c]):div(std[c]) end
      return img
    end
  end)

local model = nn.Sequential()
model:add(nn.SpatialConvolution(3, 8, 5, 5))
model:add(nn.SpatialBatchNormalization(8))
model:add(nn.ReLU(true))
model:add(nn.SpatialMaxPooling(2, 2))
model:add(nn.View(-1):setNumInputDims(3))
model:add(nn.Linear(8 * 6 * 6, 2))
model:add(nn.LogSoftMax())
print(model)
local criterion = nn.ClassNLLCriterion()
local parameters, gradParameters = model:getParameters()
local confusion = optim.ConfusionMatrix(classes)
local log = optim.Logger(paths.concat(opt.save, 'train.log'))
log:setNames{'% mean class accuracy (train set)', 'loss'}
log.showPlot = false
local optimState = {learningRate = opt.learningRate, momentum = opt.momentum, weightDecay = 5e-4,
  dampening = 0, nesterov = true, learningRateDecay = 1e-7}

for epoch = 1, opt.epochs do
  model:training()
  sys.tic()
  local order = torch.randperm(#list):long()
  local done, total, batches = 0, 0, 0
  local function train(inputs, targets, id)
    assert(id >= 1 and id <= opt.nThreads)
    inputs = inputs:type(torch.getdefaulttensortype())
    local feval = function(x)
      if x ~= parameters then parameters:copy(x) end
      gradParameters:zero()
      local outputs = model:forward(inputs)
      local f = criterion:forward(outputs, targets)
      model:backward(inputs, criterion:backward(outputs, targets))
      confusion:batchAdd(outputs, targets)
      total, batches = total + f, batches + 1
      return f, gradParameters
    end
    optim.sgd(feval, parameters, optimState)
    done = done + inputs:size(1)
    xlua.progress(done, #list)
  end
  for first = 1, #list - opt.batchSize + 1, opt.batchSize do
    local which = order:narrow(1, first, opt.batchSize)
    loaders:addjob(function()
      local inputs = torch.FloatTensor(which:size(1), 3, 16, 16)
      local targets = torch.FloatTensor(which:size(1))
      for i = 1, which:size(1) do
        local f = list[which[i]]
        inputs[i]:copy(donkey.load(f))
        targets[i] = labels[f]
      end
      return inputs, targets, __threadid
    end, train)
  end
  loaders:synchronize()
  confusion:updateValids()
  print(('epoch %d: accuracy %.2f %%, loss %.4f'):format(epoch, confusion.totalValid * 100,
    total / batches))
  assert(sys.toc() >= 0)
  log:add{confusion.totalValid * 100, total / batches}
  log:style{'-', '-'}
  if opt.plot then log:plot() end
  if epoch == opt.epochs then print(confusion) end
  confusion:zero()
  local filename = paths.concat(opt.save, 'model.net')
  if paths.filep(filename) then os.execute('mv ' .. filename .. ' ' .. filename .. '.old') end
  torch.save(filename, {model = model:clone():clearState(), optimState = optimState, epoch = epoch})
end

-- A file that is no picture: the worker's error arrives here.
local broken = path.join(opt.save, 'broken.jpg')
utils.writefile(broken, 'no picture')
loaders:addjob(function() return donkey.load(broken) end)
local ok, message = pcall(function() loaders:synchronize() end)
print('broken', ok, message:find('broken.jpg', 1, true) ~= nil, message:find('traceback') ~= nil)
loaders:terminate()

local again = torch.load(opt.save .. '/model.net')
again.model:evaluate()
local img = image.scale(image.load(list[1], 3), 16, 16)
for c = 1, 3 do img[c]:add(-mean[c]):div(std[c]) end
local _, p = again.model:forward(img:view(1, 3, 16, 16)):max(2)
print('prediction', classes[p:squeeze()], again.epoch)
