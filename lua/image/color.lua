-- Colour spaces: conversions of pictures 3 x height x width, and colour maps.

local arguments = require 'image.arguments'
local F = require 'torch.ffi'
local torch = require 'torch'

local color = {}

local C = F.C

-- ([dst,] src) -> result
local function conversion(name, number)
  return function(a, b)
    if not F.is_tensor(a) then F.bad_argument(name, 1, 'a tensor', a) end
    if b ~= nil and not F.is_tensor(b) then F.bad_argument(name, 2, 'a tensor', b) end
    local r, src = b and a or F.like(a), b or a
    local rc = C.lt_image_colour(r, src, number)
    if F.retry(rc) then rc = C.lt_image_colour(r, src, number) end
    F.check(rc)
    return r
  end
end

for name, number in pairs {
  rgb2yuv = C.LT_RGB2YUV, yuv2rgb = C.LT_YUV2RGB, rgb2y = C.LT_RGB2Y, rgb2hsl = C.LT_RGB2HSL,
  hsl2rgb = C.LT_HSL2RGB, rgb2hsv = C.LT_RGB2HSV, hsv2rgb = C.LT_HSV2RGB, rgb2lab = C.LT_RGB2LAB,
  lab2rgb = C.LT_LAB2RGB, rgb2nrgb = C.LT_RGB2NRGB,
} do
  color[name] = conversion('image.' .. name, number)
end

local function check_count(name, n)
  if type(n) ~= 'number' or n ~= math.floor(n) or n < 1 or n > 2 ^ 24 then
    F.bad_argument(name, 1, 'a number of colours', n)
  end
end

--- image.colormap(n): n colours n x 3 that differ from their neighbours, Double: steps of 39
-- degrees around the wheel of hues, with a saturation between 0.3 and 1 that grows by 1/9 a step.
function color.colormap(n)
  check_count('image.colormap', n)
  local hsl = torch.DoubleTensor(3, n, 1)
  for i = 1, n do
    hsl[1][i][1] = (i - 1) * 39 % 360 / 360
    hsl[2][i][1] = (i - 1) / 9 % 0.7 + 0.3
    hsl[3][i][1] = 0.5
  end
  return color.hsl2rgb(hsl):view(3, n):t():contiguous()
end

local function between(v) return math.max(0, math.min(1, v)) end

--- image.jetColormap(n): n colours n x 3 from blue over cyan, yellow and red to dark red, Double.
function color.jetColormap(n)
  check_count('image.jetColormap', n)
  local map = torch.DoubleTensor(n, 3)
  for i = 1, n do
    local at = 4 * i / n
    map[i][1] = between(math.min(at - 1.5, 4.5 - at))
    map[i][2] = between(math.min(at - 0.5, 3.5 - at))
    map[i][3] = between(math.min(at + 0.5, 2.5 - at))
  end
  return map
end

--- image.y2jet([dst,] src): a picture of levels 1 to L in the colours of image.jetColormap(L). A
-- vector is a row.
function color.y2jet(a, b)
  local name = 'image.y2jet'
  if not F.is_tensor(a) then F.bad_argument(name, 1, 'a tensor', a) end
  if b ~= nil and not F.is_tensor(b) then F.bad_argument(name, 2, 'a tensor', b) end
  local src = b or a
  local levels = src:dim() == 3 and src:size(1) == 1 and src[1] or src
  if levels:dim() == 1 then levels = levels:contiguous():view(1, -1) end
  if levels:dim() ~= 2 then
    F.raise('%s: expected a picture of height x width, got %s', name, F.describe(src))
  end
  local index = arguments.cast(levels, levels, F.dtype.Long):contiguous():view(-1)
  if index:min() < 1 then
    F.raise('%s: levels count from 1, and the least is %g', name, levels:min())
  end
  local map = arguments.cast(color.jetColormap(index:max()), src)
  local found = map:index(1, index):t():contiguous():view(3, levels:size(1), levels:size(2))
  return b and a:resize(found:size()):copy(found) or found
end

return color
