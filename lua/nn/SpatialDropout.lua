-- nn.SpatialDropout: drops whole channels of inputs [n c h w] or [c h w].

require 'nn.channeldropout'('SpatialDropout', 3)
