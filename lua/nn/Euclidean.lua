-- nn.Euclidean(inputSize, outputSize): y_j = |x - w_j|, the distances to the columns w_j of weight
-- [inputSize outputSize].
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local centers = require 'nn.centers'

local torch = torch

local Euclidean, parent = torch.class('nn.Euclidean', 'nn.Module')

function Euclidean:__init(inputSize, outputSize)
  parent.__init(self)
  centers.init(self, inputSize, outputSize, false)
end

Euclidean.reset = centers.reset
Euclidean.updateOutput = centers.updateOutput
Euclidean.updateGradInput = centers.updateGradInput
Euclidean.accGradParameters = centers.accGradParameters

function Euclidean:clearState()
  centers.clear(self)
  return parent.clearState(self)
end
