-- nn.SpatialFractionalMaxPooling(poolSizeW, poolSizeH, outW, outH) or (poolSizeW, poolSizeH,
-- ratioW, ratioH): maxima of overlapping windows of poolSizeW x poolSizeH, whose distances vary
-- pseudorandomly, so that any output size below the input's, or ratio between 0 and 1, can be
-- reached. Graham, Fractional Max-Pooling, 2014.
-- Shapes: [n c h w] or [c h w] -> [n c outH outW] or [c outH outW]; outH = floor(ratioH h).

local F = require 'torch.ffi'

require 'nn.fractional'('SpatialFractionalMaxPooling', {'W', 'H'}, F.C.lt_maxpool2d_grad)
