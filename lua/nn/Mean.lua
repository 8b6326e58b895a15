-- nn.Mean([dimension = 1], [nInputDims]): the mean along a dimension, which counts as that of
-- nn.Sum.
-- Shapes: [... k ...] -> [...], without the dimension.

local torch = torch

local Mean, parent = torch.class('nn.Mean', 'nn.Sum')

function Mean:__init(dimension, nInputDims)
  parent.__init(self, dimension, nInputDims, true)
end
