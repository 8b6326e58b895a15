-- The size forms of image.scale: numbers and texts such as '128', '^128', '128x64', '*2', '*1/2'.

local F = require 'torch.ffi'

-- Width and height of a picture w x h for a size in pixels of its longer (`shorter`: its shorter)
-- side.
local function by_side(w, h, side, shorter)
  local factor = side / (shorter and math.min(w, h) or math.max(w, h))
  return math.max(math.floor(w * factor), 1), math.max(math.floor(h * factor), 1)
end

local function by_factor(w, h, factor)
  return math.floor(w * factor), math.floor(h * factor)
end

local function from_text(size, w, h)
  local width, height = size:match('^(%d+)x(%d+)$')
  if width then return tonumber(width), tonumber(height) end
  local up, down = size:match('^%*(%d+)/(%d+)$')
  if up then return by_factor(w, h, tonumber(up) / tonumber(down)) end
  local factor = size:match('^%*(%d*%.?%d*)$')
  if factor and tonumber(factor) then return by_factor(w, h, tonumber(factor)) end
  local mark, side = size:match('^(%^?)(%d+)$')
  if side then return by_side(w, h, tonumber(side), mark == '^') end
end

--- Width and height of the result for a picture w x h and a size.
return function(name, size, w, h)
  if type(size) == 'number' then return by_side(w, h, size) end
  local width, height = from_text(size, w, h)
  if not width then
    F.raise("%s: size '%s' is none of 'WIDTHxHEIGHT', 'MAX', '^MIN', '*FACTOR', '*A/B'", name, size)
  end
  return width, height
end
