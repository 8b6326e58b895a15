-- Brings an image of a digit into the form of MNIST's: light on black, 28 x 28 pixels, the digit
-- 20 pixels high or wide and its centre of mass in the middle.

local digit = {}

local SIZE, BOX = 28, 20

-- Matrix [to from] that scales by area averaging: a result is the mean over its share of the axis.
local function averaging(to, from)
  local weights = torch.FloatTensor(to, from):zero()
  local share = from / to
  for i = 1, to do
    local low, high = (i - 1) * share, i * share
    for j = math.floor(low) + 1, math.min(math.ceil(high), from) do
      weights[i][j] = math.max(0, math.min(high, j) - math.max(low, j - 1)) / share
    end
  end
  return weights
end

-- First and last place of a vector where it reaches the threshold.
local function extent(vector, threshold)
  local first, last
  for i = 1, vector:nElement() do
    if vector[i] >= threshold then first, last = first or i, i end
  end
  return first, last
end

-- Mean place, weighted by a vector.
local function centre(vector)
  local sum = 0
  for i = 1, vector:nElement() do sum = sum + i * vector[i] end
  return sum / vector:sum()
end

local function border_mean(image)
  local height, width = image:size(1), image:size(2)
  local sum = image[1]:sum() + image[height]:sum() + image:select(2, 1):sum()
    + image:select(2, width):sum()
  return sum / (2 * (height + width))
end

--- Pixels 0 .. 255 of any size (a ByteTensor height x width) to a ByteTensor 28 x 28, or nil and a
-- message for an image without a digit. An image whose border is more light than dark is inverted.
-- An image of 28 x 28 pixels is taken to be laid out like MNIST's already.
function digit.prepare(pixels)
  local image = pixels:float()
  if border_mean(image) > 127.5 then image:mul(-1):add(255) end
  local low, high = image:min(), image:max()
  if high - low < 32 then return nil, 'no digit: the image is of one colour' end
  if image:size(1) ~= SIZE or image:size(2) ~= SIZE then
    image:add(-low):mul(255 / (high - low))
    local top, bottom = extent(image:max(2):view(-1), 64)
    local left, right = extent(image:max(1):view(-1), 64)
    local height, width = bottom - top + 1, right - left + 1
    local scale = BOX / math.max(height, width)
    local rows = math.max(1, math.floor(height * scale + 0.5))
    local columns = math.max(1, math.floor(width * scale + 0.5))
    local ink = image:narrow(1, top, height):narrow(2, left, width)
    ink = averaging(rows, height) * ink * averaging(columns, width):t()
    local y = math.floor((SIZE + 1) / 2 - centre(ink:sum(2):view(-1)) + 0.5)
    local x = math.floor((SIZE + 1) / 2 - centre(ink:sum(1):view(-1)) + 0.5)
    y, x = math.max(0, math.min(y, SIZE - rows)), math.max(0, math.min(x, SIZE - columns))
    image = torch.FloatTensor(SIZE, SIZE):zero()
    image:narrow(1, y + 1, rows):narrow(2, x + 1, columns):copy(ink)
  end
  return image:add(0.5):clamp(0, 255):byte()
end

return digit
