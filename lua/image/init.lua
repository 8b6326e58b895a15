-- Package image: pictures as tensors of channels x height x width: files, geometry, filters,
-- colours, drawing and display, with the names and values of Torch7's package.

require 'torch'
require 'xlua'
require 'dok'

local image = {}
_G.image = image

for _, part in ipairs {
  'files', 'geometry', 'warp', 'color', 'kernels', 'filter', 'display', 'draw', 'samples',
} do
  for name, value in pairs(require('image.' .. part)) do image[name] = value end
end

return image
