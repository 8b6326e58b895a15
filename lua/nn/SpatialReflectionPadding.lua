-- nn.SpatialReflectionPadding(pad_l, [pad_r, pad_t, pad_b]): pads inputs [n c h w] or [c h w] with
-- their mirror image; the outermost rows and columns are the mirrors.

require 'nn.edgepadding'('SpatialReflectionPadding', 3, 1, {'pad_l', 'pad_r', 'pad_t', 'pad_b'},
  'l=%d, r=%d, t=%d, b=%d')
