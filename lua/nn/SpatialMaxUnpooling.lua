-- nn.SpatialMaxUnpooling(module): the inverse of module, a nn.SpatialMaxPooling.

require 'nn.maxunpooling'('SpatialMaxUnpooling', 'SpatialMaxPooling', 2,
  {iheight = 'oheight', iwidth = 'owidth'})
