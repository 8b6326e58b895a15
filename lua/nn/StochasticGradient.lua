-- nn.StochasticGradient(module, criterion): trains a module on a data set, one example
-- {input, target} at a time. Options are fields: maxIteration = 25 passes (0 or less: until
-- stopped) with step learningRate / (1 + pass * learningRateDecay), learningRate = 0.01,
-- learningRateDecay = 0; shuffleIndices = true, an order drawn once; verbose = true.
-- Shapes: those of the module and the criterion.

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local StochasticGradient = torch.class('nn.StochasticGradient')

function StochasticGradient:__init(module, criterion)
  self.learningRate = 0.01
  self.learningRateDecay = 0
  self.maxIteration = 25
  self.shuffleIndices = true
  self.module = module
  self.criterion = criterion
  self.verbose = true
end

-- One step on an example; returns its loss.
local function step(self, example, learningRate)
  local module, criterion = self.module, self.criterion
  local input, target = example[1], example[2]
  local loss = criterion:forward(module:forward(input), target)
  local gradient = criterion:updateGradInput(module.output, target)
  module:updateGradInput(input, gradient)
  module:accUpdateGradParameters(input, gradient, learningRate)
  return loss
end

--- Trains on dataset: dataset:size() examples dataset[i] = {input, target}. The hooks hookExample
-- (self, example) and hookIteration(self, iteration, loss) are called where they are set.
function StochasticGradient:train(dataset)
  if type(dataset) ~= 'table' or not dataset.size or dataset:size() < 1 then
    F.raise('nn.StochasticGradient: expected a data set with examples and a method size')
  end
  local n = dataset:size()
  local order = self.shuffleIndices and torch.randperm(n) or torch.range(1, n)
  local function say(...)
    if self.verbose then print('# StochasticGradient: ' .. string.format(...)) end
  end
  say('training')
  local iteration, learningRate = 1, self.learningRate
  while true do
    local total = 0
    for t = 1, n do
      local example = dataset[order[t]]
      total = total + step(self, example, learningRate)
      if self.hookExample then self.hookExample(self, example) end
    end
    local loss = total / n
    if self.hookIteration then self.hookIteration(self, iteration, loss) end
    say('current error = %s', loss)
    iteration = iteration + 1
    learningRate = self.learningRate / (1 + iteration * self.learningRateDecay)
    if self.maxIteration > 0 and iteration > self.maxIteration then
      say('you have reached the maximum number of iterations')
      say('training error = %s', loss)
      return
    end
  end
end
