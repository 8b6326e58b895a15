-- nn.VolumetricFractionalMaxPooling(poolSizeT, poolSizeW, poolSizeH, outT, outW, outH), or with
-- ratios of output to input between 0 and 1: fractional max pooling of inputs [n c t h w] or [c t h
-- w].

local F = require 'torch.ffi'

require 'nn.fractional'('VolumetricFractionalMaxPooling', {'T', 'W', 'H'}, F.C.lt_maxpool3d_grad)
