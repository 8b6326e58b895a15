-- Training steps of two networks for 28x28 images, batches of 128.

local nn = require 'nn'
local optim = require 'optim'
local harness = require 'harness'

harness.case('training.mlp', function()
  local model = nn.Sequential():add(nn.Linear(784, 512)):add(nn.ReLU(true))
    :add(nn.Linear(512, 512)):add(nn.ReLU(true)):add(nn.Linear(512, 10)):add(nn.LogSoftMax())
  return harness.step(harness.init(model, 2), nn.ClassNLLCriterion(), harness.tensor(0, 128, 784),
    harness.labels(128, 10), optim.sgd, {learningRate = 1e-3})
end)

harness.case('training.lenet', function()
  local model = nn.Sequential()
    :add(nn.SpatialConvolution(1, 20, 5, 5)):add(nn.SpatialMaxPooling(2, 2, 2, 2))
    :add(nn.SpatialConvolution(20, 50, 5, 5)):add(nn.SpatialMaxPooling(2, 2, 2, 2))
    :add(nn.View(800)):add(nn.Linear(800, 500)):add(nn.ReLU(true)):add(nn.Linear(500, 10))
    :add(nn.LogSoftMax())
  return harness.step(harness.init(model), nn.ClassNLLCriterion(),
    harness.tensor(0, 128, 1, 28, 28), harness.labels(128, 10), optim.sgd,
    {learningRate = 1e-3, momentum = 0.9, dampening = 0})
end)
