-- nn.VolumetricDropout: drops whole channels of inputs [n c t h w] or [c t h w].

require 'nn.channeldropout'('VolumetricDropout', 4)
