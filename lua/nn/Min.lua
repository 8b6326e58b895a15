-- nn.Min([dimension = 1], [nInputDims]): the smallest element along a dimension, which counts as
-- that of nn.Max.
-- Shapes: [... k ...] -> [...], without the dimension.

local F = require 'torch.ffi'

require 'nn.extremum'('Min', F.C.lt_min)
