-- The training loop and the optimizer.

local optim = require 'optim'

local M = {}
local Trainer = torch.class('resnet.Trainer', M)

function Trainer:__init(model, criterion, opt, optimState)
  self.model, self.criterion, self.opt = model, criterion, opt
  self.optimState = optimState or {learningRate = opt.LR, momentum = opt.momentum, nesterov = true,
    dampening = 0, weightDecay = opt.weightDecay}
  self.params, self.gradParams = model:getParameters()
  self.input, self.target = torch.Tensor():type(model:type()), torch.Tensor():type(model:type())
end

-- One pass over the training images: error in percent, loss, and seconds spent waiting for data.
function Trainer:train(epoch, loader)
  -- a tenth of the rate from 60 % of the epochs on, a hundredth from 85 % on
  local done = (epoch - 1) / self.opt.nEpochs
  self.optimState.learningRate = self.opt.LR * (done >= 0.85 and 0.01 or done >= 0.6 and 0.1 or 1)

  local function feval()
    return self.criterion.output, self.gradParams
  end

  local timer = torch.Timer()
  local waited, wrong, losses, count = 0, 0, 0, 0
  self.model:training()
  for n, sample in loader:run() do
    waited = waited + timer:time().real
    self:take(sample)
    local output = self.model:forward(self.input)
    local loss = self.criterion:forward(output, self.target)
    self.model:zeroGradParameters()
    self.model:backward(self.input, self.criterion:backward(output, self.target))
    optim.sgd(feval, self.params, self.optimState)

    local size = output:size(1)
    wrong = wrong + self:wrong(output)
    losses, count = losses + loss * size, count + size
    if n % 20 == 0 then
      print((' | epoch %d, batch %d of %d: loss %.4f, error %.1f %%'):format(epoch, n,
        loader:size(), losses / count, 100 * wrong / count))
    end
    timer:reset()
  end
  return 100 * wrong / count, losses / count, waited
end

-- Error in percent on the validation images, and their confusion matrix.
function Trainer:test(loader)
  local wrong, count = 0, 0
  local confusion = optim.ConfusionMatrix(loader.classes)
  self.model:evaluate()
  for _, sample in loader:run() do
    self:take(sample)
    local output = self.model:forward(self.input)
    wrong, count = wrong + self:wrong(output), count + output:size(1)
    confusion:batchAdd(output, self.target)
  end
  return 100 * wrong / count, confusion
end

-- to the type and the device of the model
function Trainer:take(sample)
  self.input:resize(sample.input:size()):copy(sample.input)
  self.target:resize(sample.target:size()):copy(sample.target)
end

-- number of rows whose greatest element is not that of the target
function Trainer:wrong(output)
  local _, best = output:float():topk(1, 2, true)
  return best:ne(self.target:long():view(-1, 1)):sum()
end

return M.Trainer
