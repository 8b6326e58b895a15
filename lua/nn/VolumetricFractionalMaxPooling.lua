-- nn.VolumetricFractionalMaxPooling(poolSizeT, poolSizeW, poolSizeH, outT, outW, outH) or
-- (poolSizeT, poolSizeW, poolSizeH, ratioT, ratioW, ratioH): nn.SpatialFractionalMaxPooling of
-- volumes.
-- Shapes: [n c t h w] or [c t h w] -> [n c outT outH outW] or [c outT outH outW];
-- outT = floor(ratioT t).

local F = require 'torch.ffi'

require 'nn.fractional'('VolumetricFractionalMaxPooling', {'T', 'W', 'H'}, F.C.lt_maxpool3d_grad)
