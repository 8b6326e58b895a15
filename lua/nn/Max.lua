-- nn.Max([dimension = 1], [nInputDims]): the largest element along a dimension, which counts within
-- a sample when the input has nInputDims + 1 dimensions, and from the end when negative.
-- Shapes: [... k ...] -> [...], without the dimension.

local F = require 'torch.ffi'

require 'nn.extremum'('Max', F.C.lt_max)
