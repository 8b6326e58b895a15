-- nn.VolumetricFractionalMaxPooling(poolSizeT, poolSizeW, poolSizeH, outT, outW, outH) or
-- (poolSizeT, poolSizeW, poolSizeH, ratioT, ratioW, ratioH): nn.SpatialFractionalMaxPooling of
-- volumes. As in Torch7, time is their last dimension here.
-- Shapes: [n c h w t] or [c h w t] -> [n c outH outW outT] or [c outH outW outT];
-- outT = floor(ratioT t).

local F = require 'torch.ffi'

require 'nn.fractional'('VolumetricFractionalMaxPooling', {'T', 'W', 'H'}, F.C.lt_maxpool3d_grad)
