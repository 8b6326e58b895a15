-- Filters: convolution, local contrast normalization, morphology, Gaussian pyramids.

local arguments = require 'image.arguments'
local geometry = require 'image.geometry'
local kernels = require 'image.kernels'
local F = require 'torch.ffi'
local torch = require 'torch'

local filter = {}

local raise = F.raise
local DOUBLE = F.dtype.Double
local check_picture = arguments.picture

local function check_kernel(name, kernel)
  if not F.is_tensor(kernel) or kernel:dim() ~= 2 then
    raise('%s: expected a kernel of height x width, got %s', name, F.describe(kernel))
  end
end

local convolve_modes = {valid = 'V', full = 'F', same = 'F'}

-- One plane convolved; mode 'same' cuts the full one to the size of x.
local function plane(x, kernel, mode)
  local full = torch.conv2(x, kernel, convolve_modes[mode])
  if mode ~= 'same' then return full end
  return full:narrow(1, math.ceil(kernel:size(1) / 2), x:size(1))
    :narrow(2, math.ceil(kernel:size(2) / 2), x:size(2))
end

--- image.convolve([dst,] src, kernel, [mode]): each channel convolved with a kernel; mode 'valid'
-- (where the kernel fits), 'full', or 'same' (the middle of the full one, as large as src).
function filter.convolve(...)
  local name = 'image.convolve'
  local a, b, c, d = ...
  local dst, src, kernel, mode = nil, a, b, c
  if F.is_tensor(c) then dst, src, kernel, mode = a, b, c, d end
  local width, height = check_picture(name, src)
  check_kernel(name, kernel)
  arguments.choice(name, 'mode', convolve_modes, mode, 'valid')
  mode = mode or 'valid'
  if mode == 'valid' and (kernel:size(1) > height or kernel:size(2) > width) then
    raise('%s: a kernel of %d x %d does not fit into a picture of %d x %d', name, kernel:size(1),
      kernel:size(2), height, width)
  end
  kernel = arguments.cast(kernel, src)
  if src:dim() == 2 then return arguments.give(dst, plane(src, kernel, mode):contiguous()) end
  local planes = {}
  for i = 1, src:size(1) do planes[i] = plane(src[i], kernel, mode) end
  local r = F.like(src):resize(#planes, planes[1]:size(1), planes[1]:size(2))
  for i = 1, #planes do r[i]:copy(planes[i]) end
  return arguments.give(dst, r)
end

--- image.lcn(src, [kernel]): local contrast normalization of a picture height x width (or one
-- channel): mean 0 and deviation 1 overall, then around each pixel, weighted by the kernel, where
-- it fits. As in Torch7, deviations below 1 are not enlarged.
function filter.lcn(src, kernel)
  local name = 'image.lcn'
  check_picture(name, src)
  local x = src:dim() == 3 and src:size(1) == 1 and src[1] or src
  if x:dim() ~= 2 then
    raise('%s: expected one channel, got %s', name, F.describe(src))
  end
  kernel = kernel or kernels.gaussian{size = 9, sigma = 1.591 / 9, normalize = true}
  check_kernel(name, kernel)
  x = x:clone()
  x:add(-x:mean()):div(x:std())
  local mean = filter.convolve(x, kernel)
  local square = filter.convolve(torch.cmul(x, x), kernel)
  local height, width = mean:size(1), mean:size(2)
  local middle = x:narrow(1, math.ceil(kernel:size(1) / 2), height)
    :narrow(2, math.ceil(kernel:size(2) / 2), width)
  return torch.add(middle, -1, mean):cdiv(square:add(-1, torch.cmul(mean, mean)):sqrt():cmax(1))
end

-- For each pixel the sum of src, `pad` outside, under the ones of the kernel.
local function under(name, src, kernel, pad)
  if not F.is_tensor(src) or src:dim() ~= 2 then
    raise('%s: expected a picture of height x width, got %s', name, F.describe(src))
  end
  if kernel == nil then kernel = torch.DoubleTensor(3, 3):fill(1) end
  check_kernel(name, kernel)
  local h, w = kernel:size(1), kernel:size(2)
  if h % 2 == 0 or w % 2 == 0 then
    raise('%s: the sizes of the kernel must be odd, got %d x %d', name, h, w)
  end
  local padded = F.tensor(DOUBLE, src.device):resize(src:size(1) + h - 1, src:size(2) + w - 1)
    :fill(pad)
  padded:narrow(1, (h + 1) / 2, src:size(1)):narrow(2, (w + 1) / 2, src:size(2)):copy(src)
  return padded, arguments.cast(kernel, src, DOUBLE)
end

--- image.erode(src, [kernel], [pad]): 1 where all pixels under the ones of the kernel are 1, for a
-- picture of zeros and ones, which has `pad` outside.
function filter.erode(src, kernel, pad)
  local name = 'image.erode'
  pad = arguments.number(name, 'pad', pad, 1)
  local padded, weights = under(name, src, kernel, pad)
  return arguments.cast(torch.xcorr2(padded:mul(-1):add(1), weights, 'V'):eq(0), src)
end

--- image.dilate(src, [kernel], [pad]): 1 where any pixel under the ones of the kernel is 1.
function filter.dilate(src, kernel, pad)
  local name = 'image.dilate'
  pad = arguments.number(name, 'pad', pad, 0)
  local padded, weights = under(name, src, kernel, pad)
  return arguments.cast(torch.xcorr2(padded, weights, 'V'):gt(0), src)
end

--- image.gaussianpyramid([dst,] src, scales): a table of src at the scales; before each but the
-- first it is smoothed once more with a Gaussian of 3 x 3. dst is a table for the results.
function filter.gaussianpyramid(...)
  local name = 'image.gaussianpyramid'
  local a, b, c = ...
  local dst, src, scales = {}, a, b
  if c ~= nil then dst, src, scales = a, b, c end
  if type(dst) ~= 'table' then F.bad_argument(name, 1, 'a table of results', dst) end
  local width, height = check_picture(name, src)
  if type(scales) ~= 'table' then
    F.bad_argument(name, c and 3 or 2, 'a table of scales', scales)
  end
  local kernel = kernels.gaussian{size = 3, normalize = true}
  local smooth = src
  for i = 1, #scales do
    local scale = arguments.number(name, ('scale %d'):format(i), scales[i])
    local w, h = math.floor(width * scale), math.floor(height * scale)
    if w < 1 or h < 1 then
      raise('%s: nothing is left of %s at a scale of %g', name, F.describe(src), scale)
    end
    local level = scale == 1 and smooth or geometry.scale(smooth, w, h, 'simple')
    dst[i] = F.is_tensor(dst[i]) and dst[i]:resize(level:size()):copy(level) or level:clone()
    smooth = filter.convolve(smooth, kernel, 'same')
  end
  return dst
end

return filter
