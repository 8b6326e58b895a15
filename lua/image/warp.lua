-- Pictures whose pixels are fetched from computed places: warp, affinetransform, rotate, polar and
-- logpolar.

local arguments = require 'image.arguments'
local F = require 'torch.ffi'
local torch = require 'torch'

local warp = {}

local C, raise = F.C, F.raise
local DOUBLE = F.dtype.Double
local leading, check_picture = arguments.leading, arguments.picture

local modes = {simple = C.LT_IMAGE_SIMPLE, bilinear = C.LT_IMAGE_BILINEAR,
  bicubic = C.LT_IMAGE_BICUBIC, lanczos = C.LT_IMAGE_LANCZOS}
local clamp_modes = {clamp = 0, pad = 1}

local function run(name, dst, src, field, mode, offset, clamp_mode, pad_value)
  local mode_number = arguments.choice(name, 'mode', modes, mode, 'bilinear')
  local pad = arguments.choice(name, 'clamp_mode', clamp_modes, clamp_mode, 'clamp')
  if pad_value ~= nil and pad == 0 then
    raise("%s: a pad value needs clamp_mode 'pad'", name)
  end
  local value = arguments.number(name, 'pad value', pad_value, 0)
  local r = dst or F.like(src)
  local function call()
    return C.lt_image_warp(r, src, field, mode_number, offset and 1 or 0, pad, value)
  end
  local rc = call()
  if F.retry(rc) then rc = call() end
  F.check(rc)
  return r
end

--- image.warp([dst,] src, field, [mode], [offset], [clamp_mode], [pad_value]): the pixels of src at
-- the places that field, 2 x height x width, gives: rows, then columns, as distances from each
-- pixel, or from the top left corner where offset is false.
function warp.warp(...)
  local name = 'image.warp'
  local a, b, c = ...
  local dst, src, field, mode, offset, clamp_mode, pad_value
  if F.is_tensor(c) then
    dst, src, field, mode, offset, clamp_mode, pad_value = ...
  else
    src, field, mode, offset, clamp_mode, pad_value = ...
  end
  if not F.is_tensor(a) then F.bad_argument(name, 1, 'a tensor', a) end
  check_picture(name, src)
  if not F.is_tensor(field) or field:dim() ~= 3 or field:size(1) ~= 2 then
    raise('%s: expected a field of 2 x height x width, got %s', name,
      F.describe(dst and field or b))
  end
  field = arguments.cast(field, src, DOUBLE)
  return run(name, dst, src, field, mode, offset ~= false, clamp_mode, pad_value)
end

-- Rows and columns of a picture as distances from its centre: 2 x (height * width), on its device.
local function from_centre(src, width, height)
  local y, x = F.tensor(DOUBLE, src.device), F.tensor(DOUBLE, src.device)
  y:range(0, height - 1):add(-(height - 1) / 2)
  x:range(0, width - 1):add(-(width - 1) / 2)
  local grid = F.tensor(DOUBLE, src.device):resize(2, height, width)
  grid[1]:copy(y:view(height, 1):expand(height, width))
  grid[2]:copy(x:view(1, width):expand(height, width))
  return grid:view(2, height * width)
end

local function check_vector(name, translation)
  if translation == nil then return torch.DoubleTensor(2):zero() end
  local ok = F.is_tensor(translation) and translation:dim() == 1 and translation:size(1) == 2
  if not ok then
    raise('%s: expected a translation of 2 numbers, got %s', name, F.describe(translation))
  end
  return translation:double()
end

--- image.affinetransform([dst,] src, matrix, [mode], [translation], [clamp_mode], [pad_value]): the
-- pixel at row and column p from the centre comes from matrix * p - translation.
function warp.affinetransform(...)
  local name = 'image.affinetransform'
  local _, _, c = ...
  local dst, src, matrix, mode, translation, clamp_mode, pad_value
  if F.is_tensor(c) then
    dst, src, matrix, mode, translation, clamp_mode, pad_value = ...
  else
    src, matrix, mode, translation, clamp_mode, pad_value = ...
  end
  local width, height = check_picture(name, src)
  if not F.is_tensor(matrix) or matrix:dim() ~= 2 or matrix:size(1) ~= 2 or matrix:size(2) ~= 2 then
    raise('%s: expected a matrix of 2 x 2, got %s', name, F.describe(matrix))
  end
  translation = check_vector(name, translation)
  local field = torch.mm(arguments.cast(matrix, src, DOUBLE), from_centre(src, width, height))
  field[1]:add((height - 1) / 2 - translation[1])
  field[2]:add((width - 1) / 2 - translation[2])
  return run(name, dst, src, field:view(2, height, width), mode, false, clamp_mode, pad_value)
end

local turn_modes = {simple = C.LT_IMAGE_SIMPLE, bilinear = C.LT_IMAGE_BILINEAR}

local function turn(dst, src, width, height, kind, mode, a)
  local r = dst or F.like(src)
  local rc = C.lt_image_turn(r, src, height, width, kind, mode, a)
  if F.retry(rc) then rc = C.lt_image_turn(r, src, height, width, kind, mode, a) end
  F.check(rc)
  return r
end

--- image.rotate([dst,] src, theta, [mode]): rotated about its centre by theta radians,
-- counterclockwise; mode 'simple' or 'bilinear'.
function warp.rotate(...)
  local name = 'image.rotate'
  local dst, src, theta, mode = leading(name, ...)
  local width, height = check_picture(name, src)
  theta = arguments.number(name, 'theta', theta)
  return turn(dst, src, width, height, C.LT_IMAGE_ROTATE,
    arguments.choice(name, 'mode', turn_modes, mode, 'simple'), theta)
end

local extents = {valid = math.min, full = math.max}

-- ([dst,] src, [interpolation], [mode])
local function polar(name, kind)
  return function(...)
    local dst, src, interpolation, mode = leading(name, ...)
    local width, height = check_picture(name, src)
    interpolation = arguments.choice(name, 'interpolation', turn_modes, interpolation,
      'simple')
    local extent = arguments.choice(name, 'mode', extents, mode, 'valid')
    local radius = extent == math.min and math.min(width, height) / 2
      or math.sqrt(width * width + height * height) / 2
    local w, h
    if dst and dst:dim() >= 2 then
      w, h = check_picture(name, dst)
    else
      w, h = extent(width, height), extent(width, height)
    end
    return turn(dst, src, w, h, kind, interpolation, radius)
  end
end

--- image.polar([dst,] src, [interpolation], [mode]): the angle runs down, the radius to the right;
-- interpolation 'simple', the default, or 'bilinear'; mode 'valid', the default (radii within src),
-- or 'full' (all of src).
warp.polar = polar('image.polar', C.LT_IMAGE_POLAR)

--- image.logpolar([dst,] src, [interpolation], [mode]): the same with the logarithm of the radius.
warp.logpolar = polar('image.logpolar', C.LT_IMAGE_LOGPOLAR)

return warp
