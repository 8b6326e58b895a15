-- What the example looks at: patches of textures to learn from, a landscape as content, and a
-- picture of swirling strokes as style. Values are in 0 to 1.

require 'torch'
require 'paths'
local ffi = require 'ffi'
local shapes = paths.dofile '../shapes.lua'

local M = {}
local sin, cos, floor, sqrt, abs, pi = math.sin, math.cos, math.floor, math.sqrt, math.abs, math.pi

-- Textures: functions of (x, y) with period or size about 1, whose values say where between two
-- colours a place is.
local function wave(t) return 0.5 + 0.5 * sin(2 * pi * t) end
M.textures = {
  {'stripes', function(x) return wave(x) end},
  {'bars', function(x) return (x - floor(x)) < 0.5 and 0 or 1 end},
  {'checks', function(x, y) return (floor(2 * x) + floor(2 * y)) % 2 end},
  {'dots', function(x, y)
    local u, v = x - floor(x) - 0.5, y - floor(y) - 0.5
    return u * u + v * v < 0.09 and 1 or 0
  end},
  {'rings', function(x, y) return wave(sqrt(x * x + y * y)) end},
  {'waves', function(x, y) return wave(y + 0.3 * sin(2 * pi * x)) end},
  {'plaid', function(x, y) return 0.5 * wave(x) + 0.5 * wave(y) end},
  {'bricks', function(x, y)
    local row = floor(2 * y)
    local u, v = x + 0.5 * (row % 2), 2 * y - row
    u = u - floor(u)
    return (u < 0.12 or v < 0.2) and 0 or 1
  end},
  {'zigzag', function(x, y)
    local u = x - floor(x)
    return wave(y + abs(u - 0.5))
  end},
  {'swirls', function(x, y)
    return wave(0.6 * x + 0.5 * sin(2.1 * y) + 0.4 * sin(3.3 * x + 1.7 * y))
  end},
}

-- A new picture [3 height width]: a texture of the given period in pixels, turned by an angle.
function M.texture(f, height, width, period, angle, from, to)
  local picture = torch.FloatTensor(3, height, width)
  local data, plane = ffi.cast('float *', picture:data()), height * width
  local c, s = cos(angle) / period, sin(angle) / period
  for row = 0, height - 1 do
    for column = 0, width - 1 do
      local x, y = column - width / 2, row - height / 2
      local t = f(c * x + s * y, c * y - s * x)
      local p = data + row * width + column
      for k = 0, 2 do p[k * plane] = from[k + 1] + t * (to[k + 1] - from[k + 1]) end
    end
  end
  return picture
end

-- n patches [n 3 size size] and their classes [n].
function M.patches(n, size)
  local inputs, targets = torch.FloatTensor(n, 3, size, size), torch.FloatTensor(n)
  for i = 1, n do
    local class = torch.random(#M.textures)
    inputs[i]:copy(M.texture(M.textures[class][2], size, size, torch.uniform(6, 12),
      torch.uniform(0, 2 * pi), shapes.colour(0, 0.5), shapes.colour(0.5, 1)))
    targets[i] = class
  end
  return inputs:add(torch.randn(inputs:size()):float():mul(0.03)), targets
end

-- A house between trees before hills [3 size size].
function M.landscape(size)
  local k = size / 128
  local p = shapes.gradient(size, size, {0.35, 0.55, 0.9}, {0.95, 0.85, 0.7}, pi / 2)
  local function draw(form, x, y, radius, angle, colour)
    shapes.draw(p, form, x * k, y * k, radius * k, angle, colour)
  end
  draw('disc', 98, 26, 14, 0, {1, 0.9, 0.4})
  draw('disc', 24, 130, 62, 0, {0.3, 0.5, 0.35})
  draw('disc', 104, 140, 66, 0, {0.25, 0.42, 0.3})
  draw('square', 64, 168, 80, 0, {0.35, 0.6, 0.25})
  draw('square', 58, 92, 25, 0, {0.9, 0.85, 0.75})
  draw('triangle', 58, 64, 32, 0, {0.65, 0.2, 0.15})
  draw('square', 58, 102, 8, 0, {0.35, 0.2, 0.1})
  draw('square', 46, 86, 5, 0, {0.3, 0.45, 0.7})
  draw('square', 70, 86, 5, 0, {0.3, 0.45, 0.7})
  for _, tree in ipairs {{14, 92, 13}, {100, 88, 15}, {118, 100, 11}} do
    draw('square', tree[1], tree[2] + tree[3], 4, 0, {0.35, 0.22, 0.1})
    draw('disc', tree[1], tree[2], tree[3], 0, {0.1, 0.38, 0.15})
  end
  return p
end

-- Swirling strokes of blue and yellow [3 size size].
function M.strokes(size)
  local p = M.texture(M.textures[10][2], size, size, size / 7, 0.4, {0.05, 0.12, 0.4},
    {0.3, 0.5, 0.85})
  local fine = M.texture(M.textures[6][2], size, size, size / 16, 1.1, {0, 0, 0}, {0.25, 0.25, 0.2})
  p:add(fine)
  local suns = {{0.25, 0.22, 0.13}, {0.75, 0.35, 0.16}, {0.4, 0.7, 0.14}, {0.85, 0.85, 0.1}}
  for _, s in ipairs(suns) do
    for ring = 5, 1, -1 do
      local light = ring % 2 == 1
      shapes.draw(p, 'disc', s[1] * size, s[2] * size, s[3] * size * ring / 5, 0,
        light and {1, 0.85, 0.25} or {0.8, 0.5, 0.1})
    end
  end
  return p:clamp(0, 1)
end

return M
