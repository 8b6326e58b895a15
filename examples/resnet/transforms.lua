-- Changes of images on their way to the network: functions from a tensor to a tensor.

require 'image'

local M = {}

-- one after the other
function M.Compose(list)
  return function(x)
    for _, f in ipairs(list) do x = f(x) end
    return x
  end
end

-- mean and std: of each channel
function M.ColorNormalize(mean, std)
  return function(x)
    x = x:clone()
    for channel = 1, x:size(1) do x[channel]:add(-mean[channel]):div(std[channel]) end
    return x
  end
end

-- a random square of the image with a margin of zeros
function M.RandomCrop(size, margin)
  local pad = nn.SpatialZeroPadding(margin, margin, margin, margin):float()
  return function(x)
    local wide = pad:forward(x)
    local left = torch.random(0, wide:size(3) - size)
    local top = torch.random(0, wide:size(2) - size)
    return image.crop(wide, left, top, left + size, top + size)
  end
end

function M.HorizontalFlip(probability)
  return function(x)
    return torch.uniform() < probability and image.hflip(x) or x
  end
end

-- by a random angle of at most so many degrees
function M.Rotation(degrees)
  return function(x)
    return image.rotate(x, torch.uniform(-degrees, degrees) * math.pi / 180, 'bilinear')
  end
end

return M
