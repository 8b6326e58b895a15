-- nn.VolumetricMaxUnpooling(module): the inverse of module, a nn.VolumetricMaxPooling; see
-- nn.SpatialMaxUnpooling.
-- Shapes: [n c ot oh ow] or [c ot oh ow], the sizes of module's output -> those of its input.

require 'nn.maxunpooling'('VolumetricMaxUnpooling', 'VolumetricMaxPooling', 3, {
  itime = 'otime', iheight = 'oheight', iwidth = 'owidth',
  dT = 'dT', dH = 'dH', dW = 'dW', padT = 'padT', padH = 'padH', padW = 'padW',
})
