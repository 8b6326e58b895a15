-- Kernels for convolutions: gaussian, gaussian1D, laplacian. Means and standard deviations are
-- fractions of the kernel's size.

local arguments = require 'image.arguments'
local F = require 'torch.ffi'
local torch = require 'torch'

local kernels = {}

local KEYS = {'size', 'sigma', 'amplitude', 'normalize', 'width', 'height', 'sigma_horz',
  'sigma_vert', 'mean_horz', 'mean_vert', 'tensor'}
local KEYS_1D = {'size', 'sigma', 'amplitude', 'normalize', 'mean', 'tensor'}

-- The squared distance of element i of n from a mean, in units of a standard deviation.
local function distance(i, n, mean, sigma)
  local d = (i - (mean * n + 0.5)) / (sigma * n)
  return d * d
end

local function sigma_of(name, what, v, default)
  local sigma = arguments.number(name, what, v, default)
  if sigma == 0 then F.raise('%s: %s is zero', name, what) end
  return sigma
end

local function check_tensor(name, tensor, dims)
  if not F.is_tensor(tensor) or tensor:dim() ~= dims then
    F.raise('%s: expected a tensor of %d dimensions, got %s', name, dims, F.describe(tensor))
  end
end

local function fill(tensor, values, normalize)
  if normalize then values:div(values:sum()) end
  return tensor and tensor:copy(values) or values:type(torch.getdefaulttensortype())
end

-- The kernel value(s) for the squared distance s from the mean.
local function kernel(name, sigma_default, value)
  return function(...)
    local size, sigma, amplitude, normalize, width, height, sigma_horz, sigma_vert, mean_horz,
      mean_vert, tensor = arguments.named(KEYS, ...)
    size = arguments.count(name, 'size', size, 3, 1)
    sigma = sigma_of(name, 'sigma', sigma, sigma_default)
    amplitude = arguments.number(name, 'amplitude', amplitude, 1)
    width = arguments.count(name, 'width', width, size, 1)
    height = arguments.count(name, 'height', height, size, 1)
    sigma_horz = sigma_of(name, 'sigma_horz', sigma_horz, sigma)
    sigma_vert = sigma_of(name, 'sigma_vert', sigma_vert, sigma)
    mean_horz = arguments.number(name, 'mean_horz', mean_horz, 0.5)
    mean_vert = arguments.number(name, 'mean_vert', mean_vert, 0.5)
    if tensor ~= nil then
      check_tensor(name, tensor, 2)
      height, width = tensor:size(1), tensor:size(2)
    end
    local values = torch.DoubleTensor(height, width)
    local data = values:data()
    for y = 1, height do
      local dy = distance(y, height, mean_vert, sigma_vert)
      for x = 1, width do
        local s = dy + distance(x, width, mean_horz, sigma_horz)
        data[(y - 1) * width + x - 1] = amplitude * value(s)
      end
    end
    return fill(tensor, values, normalize)
  end
end

--- image.gaussian([size], [sigma], [amplitude], [normalize], [width], [height], [sigma_horz],
-- [sigma_vert], [mean_horz], [mean_vert], [tensor]), or a table of these: exp(-s / 2).
kernels.gaussian = kernel('image.gaussian', 0.25, function(s) return math.exp(-s / 2) end)

--- image.laplacian with the arguments of image.gaussian: (1 - s / 2) exp(-s / 2).
kernels.laplacian = kernel('image.laplacian', 0.1,
  function(s) return (1 - s / 2) * math.exp(-s / 2) end)

--- image.gaussian1D([size], [sigma], [amplitude], [normalize], [mean], [tensor]), or a table.
function kernels.gaussian1D(...)
  local name = 'image.gaussian1D'
  local size, sigma, amplitude, normalize, mean, tensor = arguments.named(KEYS_1D, ...)
  size = arguments.count(name, 'size', size, 3, 1)
  sigma = sigma_of(name, 'sigma', sigma, 0.25)
  amplitude = arguments.number(name, 'amplitude', amplitude, 1)
  mean = arguments.number(name, 'mean', mean, 0.5)
  if tensor ~= nil then
    check_tensor(name, tensor, 1)
    size = tensor:size(1)
  end
  local values = torch.DoubleTensor(size)
  for i = 1, size do values[i] = amplitude * math.exp(-distance(i, size, mean, sigma) / 2) end
  return fill(tensor, values, normalize)
end

return kernels
