-- nn.VolumetricReplicationPadding(pleft, [pright, ptop, pbottom, pfront, pback]): pads inputs
-- [n c t h w] or [c t h w] with their outermost frames, rows and columns.

require 'nn.edgepadding'('VolumetricReplicationPadding', 4, 0,
  {'pleft', 'pright', 'ptop', 'pbottom', 'pfront', 'pback'},
  'left=%d, right=%d, top=%d, bottom=%d, front=%d, back=%d')
