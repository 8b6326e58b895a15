-- nn.SpatialFractionalMaxPooling(poolSizeW, poolSizeH, outW, outH), or with ratios of output to
-- input between 0 and 1: fractional max pooling of inputs [n c h w] or [c h w].

local F = require 'torch.ffi'

require 'nn.fractional'('SpatialFractionalMaxPooling', {'W', 'H'}, F.C.lt_maxpool2d_grad)
