-- Reads PNG images as grayscale bytes.

require 'image'

local png = {}

-- A picture whose last channel is its opacity, on white paper.
local function on_white(picture)
  local colours = picture:size(1) - 1
  local opacity = picture:narrow(1, colours + 1, 1)
  local paper = torch.mul(opacity, -1):add(1):expand(colours, picture:size(2), picture:size(3))
  return picture:narrow(1, 1, colours):clone()
    :cmul(opacity:expand(colours, picture:size(2), picture:size(3))):add(paper)
end

--- The image in a PNG file as a ByteTensor height x width, 0 black to 255 white; colours become
-- their luminance, transparent pixels white. Returns nil and a message that names the file where it
-- is missing, no PNG image, or damaged.
function png.read(path)
  local ok, picture = pcall(image.loadPNG, path, nil, 'double')
  if not ok then return nil, (picture:gsub('^.-image%.loadPNG: ', '')) end
  if picture:size(1) % 2 == 0 then picture = on_white(picture) end
  if picture:size(1) == 3 then picture = image.rgb2y(picture) end
  return picture[1]:mul(255):round():byte()
end

return png
