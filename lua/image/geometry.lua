-- Pixels that move: crop, translate, scale and flips. A picture is height x width or channels x
-- height x width; a result tensor may stand first.

local arguments = require 'image.arguments'
local sizes = require 'image.sizes'
local F = require 'torch.ffi'
local ops = require 'torch.ops'

local geometry = {}

local C, raise = F.C, F.raise
local leading, check_picture, check_number, give = arguments.leading, arguments.picture,
  arguments.number, arguments.give

-- Crop -------------------------------------------------------------------------------------------

-- Left and top of a box w x h in a picture W x H.
local corners = {
  c = function(W, H, w, h) return math.floor((W - w) / 2), math.floor((H - h) / 2) end,
  tl = function() return 0, 0 end,
  tr = function(W, _, w) return W - w, 0 end,
  bl = function(_, H, _, h) return 0, H - h end,
  br = function(W, H, w, h) return W - w, H - h end,
}

local function box(name, src, x1, y1, x2, y2)
  local W, H = check_picture(name, src)
  if type(x1) == 'string' then
    local corner = arguments.choice(name, 'format', corners, x1)
    local w, h = check_number(name, 'width', y1), check_number(name, 'height', x2)
    local left, top = corner(W, H, w, h)
    return W, H, left, top, left + w, top + h
  end
  return W, H, check_number(name, 'x1', x1), check_number(name, 'y1', y1), x2, y2
end

--- image.crop([dst,] src, x1, y1, [x2, y2]): the pixels from (x1, y1), counted from 0, up to but
-- without (x2, y2). image.crop([dst,] src, format, width, height): 'c', 'tl', 'tr', 'bl', 'br'.
function geometry.crop(...)
  local name = 'image.crop'
  local dst, src, a, b, c, d = leading(name, ...)
  local W, H, x1, y1, x2, y2 = box(name, src, a, b, c, d)
  if x2 == nil and y2 == nil and dst then -- as large as dst
    local w, h = check_picture(name, dst)
    x2, y2 = x1 + w, y1 + h
  end
  check_number(name, 'x2', x2)
  check_number(name, 'y2', y2)
  x1, y1, x2, y2 = math.floor(x1), math.floor(y1), math.floor(x2), math.floor(y2)
  if x1 < 0 or y1 < 0 or x2 > W or y2 > H or x1 >= x2 or y1 >= y2 then
    raise('%s: no box from (%d, %d) to (%d, %d) in a picture of width %d and height %d', name, x1,
      y1, x2, y2, W, H)
  end
  local part = src:narrow(src:dim(), x1 + 1, x2 - x1):narrow(src:dim() - 1, y1 + 1, y2 - y1)
  if not dst then return part:clone() end
  return give(dst, part)
end

--- image.translate([dst,] src, x, y): moved right by x and down by y pixels, zero where nothing
-- came.
function geometry.translate(...)
  local name = 'image.translate'
  local dst, src, x, y = leading(name, ...)
  local W, H = check_picture(name, src)
  x, y = math.floor(check_number(name, 'x', x)), math.floor(check_number(name, 'y', y))
  local moved = F.like(src):resize(src:size()):zero()
  local w, h = W - math.abs(x), H - math.abs(y)
  if w > 0 and h > 0 then
    local function part(t, left, top)
      return t:narrow(t:dim(), left + 1, w):narrow(t:dim() - 1, top + 1, h)
    end
    part(moved, math.max(x, 0), math.max(y, 0)):copy(part(src, math.max(-x, 0), math.max(-y, 0)))
  end
  return give(dst, moved)
end

-- Scale ------------------------------------------------------------------------------------------

local modes = {simple = C.LT_IMAGE_SIMPLE, bilinear = C.LT_IMAGE_BILINEAR,
  bicubic = C.LT_IMAGE_BICUBIC}

--- image.scale(src, width, height, [mode]), image.scale(src, size, [mode]),
-- image.scale(like, src, [mode]): another size; mode 'bilinear' (the mean of the area where it gets
-- smaller), 'bicubic' or 'simple'. As in Torch7, `like` gives its size and is not written to.
function geometry.scale(a, b, c, d)
  local name = 'image.scale'
  local src, width, height, mode = a, b, c, d
  if not F.is_tensor(a) then F.bad_argument(name, 1, 'a tensor', a) end
  if F.is_tensor(b) then
    src, mode = b, c
    width, height = check_picture(name, a)
  elseif type(c) ~= 'number' then
    if type(b) ~= 'number' and type(b) ~= 'string' then F.bad_argument(name, 2, 'a size', b) end
    mode = c
    width, height = sizes(name, b, check_picture(name, src))
  end
  local r = F.like(src)
  width, height = check_number(name, 'width', width), check_number(name, 'height', height)
  mode = arguments.choice(name, 'mode', modes, mode, 'bilinear')
  local rc = C.lt_image_scale(r, src, height, width, mode)
  if F.retry(rc) then rc = C.lt_image_scale(r, src, height, width, mode) end
  F.check(rc)
  return r
end

-- Flips ------------------------------------------------------------------------------------------

local function flip(dst, src, dim)
  return ops.functions.flip(dst or F.like(src), src, dim)
end

--- image.flip([dst,] src, dim): the order along a dimension reversed.
function geometry.flip(...)
  local name = 'image.flip'
  local dst, src, dim = leading(name, ...)
  if type(dim) ~= 'number' or dim < 1 or dim > src:dim() then
    raise('%s: dimension %s is not between 1 and %d', name, tostring(dim), src:dim())
  end
  return flip(dst, src, dim)
end

--- image.hflip([dst,] src): left and right change places.
function geometry.hflip(...)
  local dst, src = leading('image.hflip', ...)
  check_picture('image.hflip', src)
  return flip(dst, src, src:dim())
end

--- image.vflip([dst,] src): top and bottom change places.
function geometry.vflip(...)
  local dst, src = leading('image.vflip', ...)
  check_picture('image.vflip', src)
  return flip(dst, src, src:dim() - 1)
end

return geometry
