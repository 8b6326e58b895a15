-- nn.WeightedEuclidean(inputSize, outputSize): y_j = |diagCov_j * (x - weight_j)| for inputs [n in]
-- or [in]; weight_j and diagCov_j are the columns of weight [in out] and diagCov [in out].
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local centers = require 'nn.centers'

local torch = torch

local WeightedEuclidean, parent = torch.class('nn.WeightedEuclidean', 'nn.Module')

function WeightedEuclidean:__init(inputSize, outputSize)
  parent.__init(self)
  centers.init(self, inputSize, outputSize, true)
end

function WeightedEuclidean:parameters()
  return {self.weight, self.diagCov}, {self.gradWeight, self.gradDiagCov}
end

WeightedEuclidean.reset = centers.reset
WeightedEuclidean.updateOutput = centers.updateOutput
WeightedEuclidean.updateGradInput = centers.updateGradInput
WeightedEuclidean.accGradParameters = centers.accGradParameters

function WeightedEuclidean:defaultAccUpdateGradParameters(input, gradOutput, lr)
  local gradDiagCov = self.gradDiagCov
  self.gradDiagCov = self.diagCov
  parent.defaultAccUpdateGradParameters(self, input, gradOutput, lr)
  self.gradDiagCov = gradDiagCov
end

function WeightedEuclidean:clearState()
  centers.clear(self)
  return parent.clearState(self)
end
