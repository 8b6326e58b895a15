-- Trains a residual network on a folder of images, which threads load: th train.lua -help

require 'torch'
require 'paths'
require 'optim'
require 'nn'
package.path = paths.concat(paths.dirname(paths.thisfile()), '?.lua') .. ';' .. package.path

local opts = require 'opts'
local checkpoints = require 'checkpoints'
local Trainer = require 'trainer'
local DataLoader = require 'dataloader'

torch.setdefaulttensortype('torch.FloatTensor')

local opt = opts.parse(arg)
torch.setnumthreads(opt.threads)
if not paths.dirp(opt.data) then
  print('=> Drawing images into ' .. opt.data)
  require('pictures').draw(opt.data, {train = opt.draw, val = math.ceil(opt.draw / 4)})
end
torch.manualSeed(opt.manualSeed)

-- a checkpoint to go on from
local checkpoint, optimState = checkpoints.latest(opt)
local trainLoader, valLoader = DataLoader.create(opt)

local model
if checkpoint then
  local modelPath = paths.concat(opt.resume, checkpoint.modelFile)
  assert(paths.filep(modelPath), 'Saved model not found: ' .. modelPath)
  print('=> Resuming model from ' .. modelPath)
  model = torch.load(modelPath)
else
  model = require('model')(opt, #trainLoader.classes)
end
local criterion = nn.CrossEntropyCriterion()
if opt.gpu == 'yes' then
  local ok, message = pcall(function()
    require 'cunn'
    require 'cudnn'
    model:cuda()
    cudnn.convert(model, cudnn)
    criterion:cuda()
  end)
  if not ok then print('=> No GPU: ' .. message) end
end

local trainer = Trainer(model, criterion, opt, optimState)
print(('=> %d classes, %d and %d batches, %d parameters'):format(#trainLoader.classes,
  trainLoader:size(), valLoader:size(), trainer.params:nElement()))

if opt.testOnly then
  local top1Err = trainer:test(0, valLoader)
  print(string.format(' * Results top1: %6.3f', top1Err))
  return
end

local timer = torch.Timer()
local startEpoch = checkpoint and checkpoint.epoch + 1 or opt.epochNumber
local bestTop1 = math.huge
for epoch = startEpoch, opt.nEpochs do
  local trainTop1, trainLoss, dataTime = trainer:train(epoch, trainLoader)
  print((' | Epoch: [%d]  top1 %.3f  loss %.4f  waited %.2f s for data, %.1f s in all'):format(epoch,
    trainTop1, trainLoss, dataTime, timer:time().real))

  local testTop1 = trainer:test(epoch, valLoader)

  local bestModel = false
  if testTop1 < bestTop1 then
    bestModel = true
    bestTop1 = testTop1
    print(' * Best model ', testTop1)
  end
  checkpoints.save(epoch, model, trainer.optimState, bestModel, opt)
end

print(trainer.confusion)
print(string.format(' * Finished top1: %6.3f in %.1f s', bestTop1, timer:time().real))
