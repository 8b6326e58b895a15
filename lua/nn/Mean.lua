-- nn.Mean: the mean along a dimension; see nn.Sum.

local torch = torch

local Mean, parent = torch.class('nn.Mean', 'nn.Sum')

function Mean:__init(dimension, nInputDims)
  parent.__init(self, dimension, nInputDims, true)
end
