-- nn.VolumetricReplicationPadding(pleft, [pright = pleft], [ptop = pleft], [pbottom = pleft],
-- [pfront = pleft], [pback = pleft]): pads inputs [n c t h w] or [c t h w] with their outermost
-- frames, rows and columns.
-- Shapes: [n c t h w] or [c t h w] -> [n c t+pfront+pback h+ptop+pbottom w+pleft+pright] or without
-- n.

require 'nn.edgepadding'('VolumetricReplicationPadding', 4, 0,
  {'pleft', 'pright', 'ptop', 'pbottom', 'pfront', 'pback'},
  'left=%d, right=%d, top=%d, bottom=%d, front=%d, back=%d')
