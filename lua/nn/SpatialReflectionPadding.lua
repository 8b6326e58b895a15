-- nn.SpatialReflectionPadding(pad_l, [pad_r = pad_l], [pad_t = pad_l], [pad_b = pad_l]): pads
-- inputs [n c h w] or [c h w] with their mirror image; the outermost rows and columns are the
-- mirrors.
-- Shapes: [n c h w] or [c h w] -> [n c h+pad_t+pad_b w+pad_l+pad_r] or without n.

require 'nn.edgepadding'('SpatialReflectionPadding', 3, 1, {'pad_l', 'pad_r', 'pad_t', 'pad_b'},
  'l=%d, r=%d, t=%d, b=%d')
