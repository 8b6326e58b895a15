-- nn.VolumetricDropout([p = 0.5], [stochasticInference = false]): drops whole channels of inputs
-- [n c t h w] or [c t h w].
-- Shapes: [n c t h w] or [c t h w] -> the same.

require 'nn.channeldropout'('VolumetricDropout', 4)
