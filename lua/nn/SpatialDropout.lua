-- nn.SpatialDropout([p = 0.5], [stochasticInference = false]): drops whole channels of inputs
-- [n c h w] or [c h w].
-- Shapes: [n c h w] or [c h w] -> the same.

require 'nn.channeldropout'('SpatialDropout', 3)
