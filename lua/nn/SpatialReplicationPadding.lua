-- nn.SpatialReplicationPadding(pad_l, [pad_r, pad_t, pad_b]): pads inputs [n c h w] or [c h w] with
-- their outermost rows and columns.

require 'nn.edgepadding'('SpatialReplicationPadding', 3, 0, {'pad_l', 'pad_r', 'pad_t', 'pad_b'},
  'l=%d, r=%d, t=%d, b=%d')
