-- Draws a data set of folders train/CLASS/*.png and val/CLASS/*.png: shapes of ten classes in any
-- colours, at any place and angle, over noise and clutter, 32 x 32 pixels.

local image = require 'image'
local paths = require 'paths'
local shapes = paths.dofile '../shapes.lua'

local M = {}

-- A picture [3 32 32] of a form.
function M.picture(form)
  local function dark() return shapes.colour(0, 0.55) end
  local function bright() return shapes.colour(0.45, 1) end
  local back, front = dark, bright
  if torch.uniform() < 0.5 then back, front = front, back end
  local picture = shapes.gradient(32, 32, back(), back(), torch.uniform(0, 2 * math.pi))
  for _ = 1, 3 do
    shapes.draw(picture, torch.uniform() < 0.5 and 'disc' or 'square', torch.uniform(0, 32),
      torch.uniform(0, 32), torch.uniform(1, 3), torch.uniform(0, 3), back())
  end
  local r = torch.uniform(7, 12)
  shapes.draw(picture, form, 16 + torch.uniform(-3, 3), 16 + torch.uniform(-3, 3), r,
    torch.uniform(-math.pi, math.pi), front())
  return picture:add(torch.randn(3, 32, 32):float():mul(0.05)):clamp(0, 1)
end

-- counts: {train = number of pictures of a class, val = ...}
function M.draw(folder, counts)
  for split, count in pairs(counts) do
    for form in pairs(shapes.forms) do
      local dir = paths.concat(folder, split, form)
      os.execute('mkdir -p "' .. dir .. '"')
      torch.manualSeed(#form * 1000 + form:byte(1) * 10 + #split)
      for i = 1, count do
        image.save(paths.concat(dir, string.format('%s%04d.png', form, i)), M.picture(form))
      end
    end
  end
end

return M
