-- nn.SpatialMaxUnpooling(module): the inverse of module, a nn.SpatialMaxPooling that has run:
-- elements go to the places of the maxima, the rest is 0. Zeiler and Fergus, Visualizing and
-- Understanding Convolutional Networks, 2014.
-- Shapes: [n c oh ow] or [c oh ow], the sizes of module's output -> those of its input.

require 'nn.maxunpooling'('SpatialMaxUnpooling', 'SpatialMaxPooling', 2,
  {iheight = 'oheight', iwidth = 'owidth'})
