-- nn.Min: the smallest element along a dimension.

local F = require 'torch.ffi'

require 'nn.extremum'('Min', F.C.lt_min)
