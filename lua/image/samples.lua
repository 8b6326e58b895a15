-- Test pictures. Torch7 ships two photographs under the names lena and fabio; these are drawn, have
-- the same sizes and ranges, and hold what tests of filters need: smooth shades, edges of every
-- direction, fine detail and text.

local color = require 'image.color'
local draw = require 'image.draw'
local torch = require 'torch'

local samples = {}

-- Coordinates from -1 to 1: rows and columns, each height x width.
local function coordinates(height, width)
  local y = torch.linspace(-1, 1, height):double():view(height, 1):expand(height, width)
  local x = torch.linspace(-1, 1, width):double():view(1, width):expand(height, width)
  return y:clone(), x:clone()
end

-- 1 inside a disc, 0 outside.
local function disc(y, x, cy, cx, radius)
  local dy, dx = torch.add(y, -cy), torch.add(x, -cx)
  return dy:cmul(dy):add(dx:cmul(dx)):lt(radius * radius):double()
end

-- a where mask is 0, b where it is 1.
local function blend(a, b, mask)
  return torch.cmul(a, torch.mul(mask, -1):add(1)):add(torch.cmul(b, mask))
end

local function scene(height, width)
  local y, x = coordinates(height, width)
  local hsl = torch.DoubleTensor(3, height, width)
  hsl[1]:copy(torch.add(x, 0.5, y):mul(0.2):add(0.55))
  hsl[2]:fill(0.45)
  hsl[3]:copy(torch.mul(y, -0.25):add(0.5))
  local sun = disc(y, x, -0.45, 0.45, 0.3)
  local ball = disc(y, x, 0.25, -0.35, 0.45)
  local rings = torch.add(y, -0.25):pow(2):add(torch.add(x, 0.35):pow(2)):sqrt():mul(60):sin()
  local ball_hue = torch.mul(y, 0.1):add(0.02)
  hsl[1]:copy(blend(blend(hsl[1], torch.mul(x, 0):add(0.12), sun), ball_hue, ball))
  hsl[2]:copy(blend(hsl[2], torch.mul(x, 0):add(0.9), sun))
  hsl[3]:copy(blend(blend(hsl[3], torch.mul(x, 0):add(0.7), sun), rings:mul(0.2):add(0.5), ball))
  local checks = torch.mul(y, 40):sin():cmul(torch.mul(x, 40):sin()):gt(0):double()
  local floor = torch.gt(y, 0.75):double()
  hsl[3]:copy(blend(hsl[3], checks:mul(0.6):add(0.2), floor))
  return color.hsl2rgb(hsl):clamp(0, 1)
end

--- image.lena(): a drawn picture 3 x 512 x 512 of the default type, 0 to 1.
function samples.lena()
  local picture = draw.drawText(scene(512, 512), 'luatorch\ntest picture', 300, 270,
    {color = {255, 255, 255}, size = 2, inplace = true})
  return picture:type(torch.getdefaulttensortype())
end

--- image.fabio(): a drawn grey picture 1 x 257 x 271 of the default type, 0 to 1.
function samples.fabio()
  return color.rgb2y(scene(257, 271)):type(torch.getdefaulttensortype())
end

return samples
