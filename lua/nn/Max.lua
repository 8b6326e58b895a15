-- nn.Max: the largest element along a dimension.

local F = require 'torch.ffi'

require 'nn.extremum'('Max', F.C.lt_max)
