-- Package image: JPEG and PNG files in memory to bytes, and a picture of 3 x 768 x 1024 to other
-- sizes.

local torch = require 'torch'
local harness = require 'harness'
local image = require 'image'

local HEIGHT, WIDTH = 768, 1024

-- Steps and a texture of bytes.
local function picture()
  local x = torch.ByteTensor(3, HEIGHT, WIDTH)
  local data = x:data()
  for c = 0, 2 do
    for i = 0, HEIGHT - 1 do
      for j = 0, WIDTH - 1 do
        data[(c * HEIGHT + i) * WIDTH + j] = (math.floor(j / 8) * (c + 1)
          + math.floor(i / 8) * 3 + i * j % 29) % 256
      end
    end
  end
  return x
end

for name, compress in pairs {jpeg = image.compressJPG, png = image.compressPNG} do
  harness.case('image.decode.' .. name, function()
    local env = {image = image, bytes = compress(picture())}
    return harness.loop("image.decompress(bytes, 3, 'byte')", env),
      image.decompress(env.bytes, 3, 'float'):mul(255)
  end)
end

for name, size in pairs {down = {256, 192}, up = {2048, 1536}} do
  harness.case('image.scale.' .. name, function()
    local env = {image = image, x = picture():float(), w = size[1], h = size[2]}
    return harness.loop('image.scale(x, w, h)', env), image.scale(env.x, size[1], size[2])
  end)
end
