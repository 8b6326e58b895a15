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

local trainLoader, valLoader = DataLoader.create(opt)
local lastEpoch, model, optimState = checkpoints.latest(opt)
model = model or require('model')(opt, #trainLoader.classes)
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
  print((' * validation error %.2f %%'):format((trainer:test(valLoader))))
  return
end

local timer = torch.Timer()
local best, bestEpoch, confusion = math.huge, 0, nil
for epoch = (lastEpoch or 0) + 1, opt.nEpochs do
  local trainError, loss, waited = trainer:train(epoch, trainLoader)
  local valError
  valError, confusion = trainer:test(valLoader)
  print((' * epoch %d: loss %.4f, error %.2f %%, validation error %.2f %%; %.1f s, waited %.2f s')
    :format(epoch, loss, trainError, valError, timer:time().real, waited))
  if valError < best then best, bestEpoch = valError, epoch end
  checkpoints.save(epoch, model, trainer.optimState, epoch == bestEpoch, opt)
end

print(confusion)
print((' * best validation error %.2f %% in epoch %d, %.1f s'):format(best, bestEpoch,
  timer:time().real))
