-- Drawing on pictures 3 x height x width: rectangles and text. Colours are 0 to 255 each, also on
-- pictures with values 0 to 1.

local arguments = require 'image.arguments'
local font = require 'image.font'
local F = require 'torch.ffi'

local draw = {}

local raise = F.raise

-- The picture to draw on, and a table of options.
local function canvas(name, src, options)
  if not F.is_tensor(src) or src:dim() ~= 3 or src:size(1) ~= 3 then
    raise('%s: expected a picture of 3 x height x width, got %s', name, F.describe(src))
  end
  if options ~= nil and type(options) ~= 'table' then
    raise('%s: expected a table of options, got %s', name, F.describe(options))
  end
  options = options or {}
  return options.inplace and src or src:clone(), options
end

-- A colour in the values of the picture; nil where its first part is negative.
local function color_of(name, what, color, x)
  local parts = {}
  for c = 1, 3 do
    local v = type(color) == 'table' and color[c]
    if type(v) ~= 'number' then
      raise('%s: %s must be a table of 3 numbers from 0 to 255', name, what)
    end
    parts[c] = x.dtype == F.dtype.Byte and v or v / 255
  end
  return parts[1] >= 0 and parts or nil
end

-- Columns x1 to x2 and rows y1 to y2, as far as they are in the picture.
local function fill(picture, x1, y1, x2, y2, color)
  x1, y1 = math.max(x1, 1), math.max(y1, 1)
  x2, y2 = math.min(x2, picture:size(3)), math.min(y2, picture:size(2))
  if x1 > x2 or y1 > y2 then return end
  local box = picture:narrow(2, y1, y2 - y1 + 1):narrow(3, x1, x2 - x1 + 1)
  for c = 1, 3 do box[c]:fill(color[c]) end
end

--- image.drawRect(src, x1, y1, x2, y2, [{color = {255, 0, 0}, lineWidth = 1, inplace = false}]):
-- the frame of the box from (x1, y1) to (x2, y2), both counted from 1 and part of it; wider lines
-- grow inwards.
function draw.drawRect(src, x1, y1, x2, y2, options)
  local name = 'image.drawRect'
  local out, chosen = canvas(name, src, options)
  x1 = math.floor(arguments.number(name, 'x1', x1))
  y1 = math.floor(arguments.number(name, 'y1', y1))
  x2 = math.floor(arguments.number(name, 'x2', x2))
  y2 = math.floor(arguments.number(name, 'y2', y2))
  local color = color_of(name, 'color', chosen.color or {255, 0, 0}, src)
  local width = arguments.count(name, 'lineWidth', chosen.lineWidth, 1, 1) - 1
  if not color then return out end
  fill(out, x1, y1, x2, math.min(y1 + width, y2), color)
  fill(out, x1, math.max(y2 - width, y1), x2, y2, color)
  fill(out, x1, y1, math.min(x1 + width, x2), y2, color)
  fill(out, math.max(x2 - width, x1), y1, x2, y2, color)
  return out
end

local CELL_WIDTH, CELL_HEIGHT = 6, 8

local function draw_glyph(out, code, left, top, size, color, background)
  if background then
    fill(out, left, top, left + CELL_WIDTH * size - 1, top + CELL_HEIGHT * size - 1, background)
  end
  if not color then return end
  for row = 0, font.HEIGHT - 1 do
    for column = 0, font.WIDTH - 1 do
      if font.pixel(code, row, column) then
        local x, y = left + column * size, top + row * size
        fill(out, x, y, x + size - 1, y + size - 1, color)
      end
    end
  end
end

--- image.drawText(src, text, x, y, [{color = {255, 0, 0}, bg = {-1, -1, -1}, size = 1, wrap = true,
-- inplace = false}]): text with its top left corner at (x, y), counted from 1. A character takes
-- 6 x 8 pixels times size; what does not fit goes to the next line, unless wrap is false.
function draw.drawText(src, text, x, y, options)
  local name = 'image.drawText'
  local out, chosen = canvas(name, src, options)
  if type(text) ~= 'string' then F.bad_argument(name, 2, 'a text', text) end
  x = math.floor(arguments.number(name, 'x', x))
  y = math.floor(arguments.number(name, 'y', y))
  local size = arguments.count(name, 'size', chosen.size, 1, 1)
  local color = color_of(name, 'color', chosen.color or {255, 0, 0}, src)
  local background = color_of(name, 'bg', chosen.bg or {-1, -1, -1}, src)
  local left, top = x, y
  for i = 1, #text do
    local code = text:byte(i)
    if code == 10 then
      left, top = x, top + CELL_HEIGHT * size
    elseif code ~= 13 then
      if chosen.wrap ~= false and left > x and left + CELL_WIDTH * size - 1 > out:size(3) then
        left, top = x, top + CELL_HEIGHT * size
      end
      if top > out:size(2) then break end
      if left <= out:size(3) then
        draw_glyph(out, code, left, top, size, color, background)
      end
      left = left + CELL_WIDTH * size
    end
  end
  return out
end

return draw
