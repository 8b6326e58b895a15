-- Random changes of training images: functions from a tensor to a tensor.

require 'image'

local M = {}

function M.Compose(transforms)
  return function(input)
    for _, transform in ipairs(transforms) do input = transform(input) end
    return input
  end
end

function M.ColorNormalize(meanstd)
  return function(img)
    img = img:clone()
    for i = 1, 3 do
      img[i]:add(-meanstd.mean[i])
      img[i]:div(meanstd.std[i])
    end
    return img
  end
end

-- Random crop from an image that gets `padding` zeros on each side
function M.RandomCrop(size, padding)
  return function(input)
    local temp = input.new(3, input:size(2) + 2 * padding, input:size(3) + 2 * padding)
    temp:zero()
      :narrow(2, padding + 1, input:size(2))
      :narrow(3, padding + 1, input:size(3))
      :copy(input)
    local w, h = temp:size(3), temp:size(2)
    local x1, y1 = torch.random(0, w - size), torch.random(0, h - size)
    local out = image.crop(temp, x1, y1, x1 + size, y1 + size)
    assert(out:size(2) == size and out:size(3) == size, 'wrong crop size')
    return out
  end
end

function M.HorizontalFlip(prob)
  return function(input)
    if torch.uniform() < prob then input = image.hflip(input) end
    return input
  end
end

function M.Rotation(deg)
  return function(input)
    if deg ~= 0 then
      input = image.rotate(input, (torch.uniform() - 0.5) * deg * math.pi / 180, 'bilinear')
    end
    return input
  end
end

return M
