-- Training allocates no tensor memory after warm-up: the debt of lt_mem stays 0.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local function lenet()
  return nn.Sequential()
    :add(nn.SpatialConvolution(1, 4, 5, 5)):add(nn.ReLU(true)):add(nn.SpatialMaxPooling(2, 2))
    :add(nn.SpatialConvolution(4, 8, 5, 5)):add(nn.SpatialBatchNormalization(8)):add(nn.Tanh())
    :add(nn.SpatialMaxPooling(2, 2)):add(nn.Reshape(128)):add(nn.Dropout(0.5))
    :add(nn.Linear(128, 10)):add(nn.LogSoftMax())
end

local function mlp()
  return nn.Sequential():add(nn.View(784)):add(nn.Linear(784, 20)):add(nn.BatchNormalization(20))
    :add(nn.Sigmoid()):add(nn.Linear(20, 10))
end

local function table_net()
  return nn.Sequential():add(nn.View(784)):add(nn.ConcatTable():add(nn.Linear(784, 6))
    :add(nn.Linear(784, 6))):add(nn.ParallelTable():add(nn.Tanh()):add(nn.Sigmoid()))
    :add(nn.CMulTable()):add(nn.Linear(6, 10))
end

local function layers_net()
  return nn.Sequential():add(nn.Collapse(3)):add(nn.LinearWeightNorm(784, 12)):add(nn.Normalize(2))
    :add(nn.ConcatTable():add(nn.Sequential():add(nn.Linear(12, 2)):add(nn.SoftMax()))
      :add(nn.ConcatTable():add(nn.Maxout(12, 6, 2)):add(nn.Cosine(12, 6))))
    :add(nn.MixtureTable()):add(nn.ConcatTable():add(nn.Identity()):add(nn.Tanh()))
    :add(nn.Bilinear(6, 6, 10))
end

local nets = {
  {'a convolutional network', lenet, nn.ClassNLLCriterion},
  {'a multilayer perceptron', mlp, nn.CrossEntropyCriterion},
  {'a network of tables', table_net, nn.CrossEntropyCriterion},
  {'a network of simple layers', layers_net, nn.CrossEntropyCriterion},
}

describe('ten training steps after warm-up', function()
  for _, case in ipairs(nets) do
    for _, type_name in ipairs {'torch.FloatTensor', 'torch.DoubleTensor'} do
      it(('of %s (%s) allocate nothing'):format(case[1], type_name), function()
        torch.manualSeed(1)
        local net, criterion = case[2]():type(type_name), case[3]():type(type_name)
        local p, dp = net:getParameters()
        local x = torch.randn(8, 1, 28, 28):type(type_name)
        local t = torch.Tensor(8):random(1, 10):long()
        local function step()
          dp:zero()
          local output = net:forward(x)
          local loss = criterion:forward(output, t)
          net:backward(x, criterion:backward(output, t))
          p:add(-0.01, dp)
          return loss
        end
        local first = step()
        for _ = 1, 5 do step() end
        local last
        assert.are.equal(0, helpers.allocated(function()
          for _ = 1, 10 do last = step() end
        end))
        assert.is_true(first == first and last < first)
      end)
    end
  end
end)
