-- The training loop and the optimizer.

local optim = require 'optim'

local M = {}
local Trainer = torch.class('resnet.Trainer', M)

function Trainer:__init(model, criterion, opt, optimState)
  self.model = model
  self.criterion = criterion
  self.optimState = optimState or {
    learningRate = opt.LR,
    learningRateDecay = 0.0,
    momentum = opt.momentum,
    nesterov = true,
    dampening = 0.0,
    weightDecay = opt.weightDecay,
  }
  self.opt = opt
  self.tensorType = model:type()
  self.params, self.gradParams = model:getParameters()
end

function Trainer:train(epoch, dataloader)
  -- Trains the model for a single epoch
  self.optimState.learningRate = self:learningRate(epoch)

  local timer = torch.Timer()
  local dataTimer = torch.Timer()

  local function feval()
    return self.criterion.output, self.gradParams
  end

  local trainSize = dataloader:size()
  local top1Sum, lossSum, dataSum = 0.0, 0.0, 0.0
  local N = 0

  self.model:training()
  for n, sample in dataloader:run() do
    local dataTime = dataTimer:time().real
    dataSum = dataSum + dataTime

    self:copyInputs(sample)

    local output = self.model:forward(self.input):float()
    local batchSize = output:size(1)
    local loss = self.criterion:forward(self.model.output, self.target)

    self.model:zeroGradParameters()
    self.criterion:backward(self.model.output, self.target)
    self.model:backward(self.input, self.criterion.gradInput)

    optim.sgd(feval, self.params, self.optimState)

    local top1 = self:computeScore(output, sample.target)
    top1Sum = top1Sum + top1 * batchSize
    lossSum = lossSum + loss * batchSize
    N = N + batchSize

    if n % 20 == 0 then
      print((' | Epoch: [%d][%d/%d]    Time %.3f  Data %.3f  Err %1.4f  top1 %7.3f'):format(
        epoch, n, trainSize, timer:time().real, dataTime, loss, top1))
    end

    -- the gradients point into one storage
    assert(self.params:storage() == self.model:parameters()[1]:storage())

    timer:reset()
    dataTimer:reset()
  end

  return top1Sum / N, lossSum / N, dataSum
end

function Trainer:test(epoch, dataloader)
  local top1Sum, N = 0.0, 0

  self.model:evaluate()
  self.confusion = optim.ConfusionMatrix(dataloader.classes)
  for _, sample in dataloader:run() do
    self:copyInputs(sample)
    local output = self.model:forward(self.input):float()
    local batchSize = output:size(1)
    top1Sum = top1Sum + self:computeScore(output, sample.target) * batchSize
    self.confusion:batchAdd(output, sample.target)
    N = N + batchSize
  end
  self.model:training()

  print((' * Finished epoch # %d     top1: %7.3f\n'):format(epoch, top1Sum / N))
  return top1Sum / N
end

-- percentage of wrong answers
function Trainer:computeScore(output, target)
  local batchSize = output:size(1)
  local _, predictions = output:sort(2, true) -- descending
  local correct = predictions:eq(target:long():view(batchSize, 1):expandAs(output))
  return (1.0 - correct:narrow(2, 1, 1):sum() / batchSize) * 100
end

function Trainer:copyInputs(sample)
  self.input = self.input or torch.Tensor():type(self.tensorType)
  self.target = self.target or torch.Tensor():type(self.tensorType)
  self.input:resize(sample.input:size()):copy(sample.input)
  self.target:resize(sample.target:size()):copy(sample.target)
end

function Trainer:learningRate(epoch)
  -- a tenth from 60 % of the epochs on, a hundredth from 85 % on
  local done = (epoch - 1) / self.opt.nEpochs
  local decay = done >= 0.85 and 2 or done >= 0.6 and 1 or 0
  return self.opt.LR * math.pow(0.1, decay)
end

return M.Trainer
