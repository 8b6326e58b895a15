-- Pictures of shapes, drawn into tensors through their memory: data for the examples that learn
-- from images.

local ffi = require 'ffi'
require 'torch'

local shapes = {}

local sqrt, abs, max, min, cos, sin, floor, pi =
  math.sqrt, math.abs, math.max, math.min, math.cos, math.sin, math.floor, math.pi

-- The distance of (x, y) from a polygon with n corners on the unit circle, one of them on top;
-- negative inside.
local function polygon(n)
  local inner = cos(pi / n)
  return function(x, y)
    local sector = 2 * pi / n
    local angle = math.atan2(x, -y)
    angle = angle - sector * floor(angle / sector + 0.5)
    return sqrt(x * x + y * y) * cos(pi / n - abs(angle)) - inner
  end
end

local function disc(x, y)
  return sqrt(x * x + y * y) - 1
end

local function star(x, y)
  local r, angle = sqrt(x * x + y * y), math.atan2(x, -y)
  angle = abs(angle - 0.4 * pi * floor(angle / (0.4 * pi) + 0.5))
  -- an edge from (1, 0) to 0.4 in the direction of pi / 5, in the coordinates of its arm
  local px, py = r * cos(angle) - 1, r * sin(angle)
  local ex, ey = 0.4 * cos(pi / 5) - 1, 0.4 * sin(pi / 5)
  return (px * -ey + py * ex) / -sqrt(ex * ex + ey * ey)
end

local function square(x, y)
  return max(abs(x), abs(y)) - 0.8
end

--- Shapes by name: functions of (x, y), y downwards, that give about the distance from the edge of
-- a shape of radius 1, negative inside.
shapes.forms = {
  disc = disc,
  square = square,
  triangle = polygon(3),
  star = star,
  ring = function(x, y) return abs(sqrt(x * x + y * y) - 0.75) - 0.25 end,
  frame = function(x, y) return max(square(x, y), -0.35 - square(x, y)) end,
  cross = function(x, y)
    local a, b = min(abs(x), abs(y)), max(abs(x), abs(y))
    return max(a - 0.27, b - 0.95)
  end,
  moon = function(x, y) return max(disc(x, y), 0.85 - sqrt((x - 0.5) * (x - 0.5) + y * y)) end,
  bars = function(x, y) return max(abs(abs(y) - 0.55) - 0.25, abs(x) - 0.9) end,
  heart = function(x, y) -- two discs on the upper edges of a square that stands on a corner
    local a, h = abs(x), 0.55
    local u, v = (a + y - 0.15) * sqrt(0.5), (a - y + 0.15) * sqrt(0.5)
    return min(max(abs(u), abs(v)) - h, sqrt(u * u + (v - h) * (v - h)) - h)
  end,
}

--- Draws a form over a picture, a contiguous FloatTensor [3 height width]: centre (x, y) and radius
-- in pixels, angle in radians, colour {r, g, b}; edges are smooth over a pixel. form: a name, or a
-- function as in shapes.forms.
function shapes.draw(picture, form, x, y, radius, angle, colour)
  assert(picture:isContiguous() and torch.type(picture) == 'torch.FloatTensor')
  local f = shapes.forms[form] or form
  local height, width = picture:size(2), picture:size(3)
  local data = ffi.cast('float *', picture:data())
  local plane = height * width
  local c, s = cos(angle) / radius, sin(angle) / radius
  local r, g, b = colour[1], colour[2], colour[3]
  local reach = 1.5 * radius + 1
  for row = max(0, floor(y - reach)), min(height - 1, floor(y + reach)) do
    for column = max(0, floor(x - reach)), min(width - 1, floor(x + reach)) do
      local dx, dy = column + 0.5 - x, row + 0.5 - y
      local cover = 0.5 - f(c * dx + s * dy, c * dy - s * dx) * radius
      if cover > 0 then
        cover = min(cover, 1)
        local p = data + row * width + column
        p[0] = p[0] + cover * (r - p[0])
        p[plane] = p[plane] + cover * (g - p[plane])
        p[2 * plane] = p[2 * plane] + cover * (b - p[2 * plane])
      end
    end
  end
end

--- A random colour between low and high, of the torch generator.
function shapes.colour(low, high)
  return {torch.uniform(low, high), torch.uniform(low, high), torch.uniform(low, high)}
end

--- A new picture [3 height width] that fades from one colour to another, at an angle.
function shapes.gradient(height, width, from, to, angle)
  local picture = torch.FloatTensor(3, height, width)
  local data, plane = ffi.cast('float *', picture:data()), height * width
  local c, s = cos(angle), sin(angle)
  for row = 0, height - 1 do
    for column = 0, width - 1 do
      local x, y = 2 * (column + 0.5) / width - 1, 2 * (row + 0.5) / height - 1
      local t = 0.5 + 0.5 * (c * x + s * y)
      t = max(0, min(1, t))
      for k = 0, 2 do
        data[k * plane + row * width + column] = from[k + 1] + t * (to[k + 1] - from[k + 1])
      end
    end
  end
  return picture
end

return shapes
