-- nn.VolumetricMaxUnpooling(module): the inverse of module, a nn.VolumetricMaxPooling.

require 'nn.maxunpooling'('VolumetricMaxUnpooling', 'VolumetricMaxPooling', 3, {
  itime = 'otime', iheight = 'oheight', iwidth = 'owidth',
  dT = 'dT', dH = 'dH', dW = 'dW', padT = 'padT', padH = 'padH', padW = 'padW',
})
