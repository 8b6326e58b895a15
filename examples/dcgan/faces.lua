-- Draws a folder of faces, PNG files of 32 x 32 pixels: faces.draw(folder, n).

require 'torch'
require 'image'
require 'paths'

local shapes = paths.dofile '../shapes.lua'
local faces = {}

local function mouth(bend)
  return function(x, y)
    local from_arc = math.abs(y - bend * (0.5 - x * x)) - 0.18
    return math.max(from_arc, math.abs(x) - 0.9)
  end
end

-- A new face [3 32 32]; its values lie in 0 to 1.
function faces.face()
  local picture = shapes.gradient(32, 32, shapes.colour(0, 0.5), shapes.colour(0, 0.5),
    torch.uniform(0, 2 * math.pi))
  local x, y = 16 + torch.uniform(-1.5, 1.5), 16.5 + torch.uniform(-1.5, 1.5)
  local r = torch.uniform(10.5, 12.5)
  local skin = {torch.uniform(0.75, 1), torch.uniform(0.5, 0.85), torch.uniform(0.2, 0.6)}
  local hair = shapes.colour(0, 0.4)
  shapes.draw(picture, 'disc', x, y - 0.15 * r, 1.12 * r, 0, hair)
  shapes.draw(picture, 'disc', x, y + 0.1 * r, r, 0, skin)
  local eye = shapes.colour(0, 0.6)
  for side = -1, 1, 2 do
    shapes.draw(picture, 'disc', x + side * 0.42 * r, y - 0.1 * r, 0.25 * r, 0, {1, 1, 1})
    shapes.draw(picture, 'disc', x + side * 0.42 * r, y - 0.1 * r, 0.13 * r, 0, eye)
  end
  shapes.draw(picture, mouth(torch.uniform(-0.5, 0.9)), x, y + 0.58 * r, 0.45 * r, 0,
    {torch.uniform(0.6, 0.9), 0.1, 0.15})
  return picture
end

function faces.draw(folder, n)
  paths.mkdir(folder)
  for i = 1, n do
    image.save(paths.concat(folder, string.format('%05d.png', i)), faces.face())
  end
end

return faces
