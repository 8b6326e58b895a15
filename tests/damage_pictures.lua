-- Formats of pictures for tests/damage.lua: PNG (also with its checksums put right, so that damage
-- gets past them), JPEG, PGM and PPM.

local bit = require 'bit'
local codec = require 'image.codec'
local helpers = require 'helpers'
local zlib = require 'torch.zlib'

-- The most memory for a byte of a file: 2048 pixels of 3 bytes.
local RATIO = 6144

local function recorded(format)
  return function()
    local files = {}
    for _, record in ipairs(helpers.json('image/files.json.gz').records) do
      if record.format == format then
        files[#files + 1] = record.hex:gsub('%x%x', function(pair)
          return string.char(tonumber(pair, 16))
        end)
      end
    end
    return files
  end
end

local SMALL = 2^16 -- elements of pictures that are also read as numbers of 4 and 8 bytes

local function reader(format)
  return function(text)
    local picture = codec.decode('read', 'it', format, text, #text, 'byte')
    if picture:nElement() <= SMALL then
      codec.decode('read', 'it', format, text, #text, 'float')
      codec.decode('read', 'it', format, text, #text, 'double')
    end
    return picture
  end
end

local function number(text, at)
  local a, b, c, d = text:byte(at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function four_bytes(n)
  return string.char(bit.band(bit.rshift(n, 24), 255), bit.band(bit.rshift(n, 16), 255),
    bit.band(bit.rshift(n, 8), 255), bit.band(n, 255))
end

-- Puts the checksums of all chunks right whose lengths are.
local function fix_png(text)
  local parts, at = {text:sub(1, 8)}, 9
  while at + 11 <= #text do
    local length = number(text, at)
    if at + 11 + length > #text then break end
    local body = text:sub(at + 4, at + 7 + length)
    parts[#parts + 1] = text:sub(at, at + 3) .. body .. four_bytes(zlib.crc(0, body, #body))
    at = at + 12 + length
  end
  return table.concat(parts) .. text:sub(at)
end

return {
  {name = '.png', files = recorded('png'), read = reader('png'), fix = fix_png, ratio = RATIO},
  {name = '.jpg', files = recorded('jpg'), read = reader('jpg'), ratio = RATIO},
  {name = '.ppm', files = recorded('ppm'), read = reader('ppm'), ratio = RATIO},
}
