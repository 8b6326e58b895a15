-- What the local normalizations of images share: averages with a kernel around every pixel, over
-- all planes, and the weights by which averages at the borders are too small.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local localnorm = {}

--- Sets nInputPlane and kernel (default: ones, 9 x 9), of which it returns the number of
-- dimensions.
function localnorm.init(module, nInputPlane, kernel)
  local name = torch.type(module)
  module.nInputPlane = nInputPlane or 1
  need.size(module, module.nInputPlane, 'nInputPlane')
  module.kernel = kernel or torch.Tensor(9, 9):fill(1)
  if not F.is_tensor(module.kernel) then
    raise('%s: expected a tensor as kernel, got %s', name, F.describe(kernel))
  end
  local dims = module.kernel:dim()
  if dims ~= 1 and dims ~= 2 then
    raise('%s: the kernel must be 1D or 2D, got %s', name, F.describe(kernel))
  end
  if module.kernel:size(1) % 2 == 0 or module.kernel:size(dims) % 2 == 0 then
    raise('%s: the kernel must have odd sizes, got %s', name, F.describe(kernel))
  end
  return dims
end

local function convolution(planes, w, h, kernel)
  local m = nn.SpatialConvolution(planes, 1, w, h)
  for i = 1, planes do m.weight[1][i]:copy(kernel) end
  m.bias:zero()
  return m
end

--- Adds to a Sequential what sums the planes weighted with the kernel (a vector is applied along
-- both directions) and repeats the sums for each of n planes: [n h w] becomes [n 1 h w].
function localnorm.add_sums(net, n, kernel)
  local h, w = kernel:size(1), kernel:size(kernel:dim())
  local top, left = (h - 1) / 2, (w - 1) / 2
  net:add(nn.SpatialZeroPadding(left, left, top, top))
  if kernel:dim() == 2 then
    net:add(convolution(n, w, h, kernel))
  else
    net:add(convolution(n, w, 1, kernel))
    net:add(convolution(1, 1, h, kernel))
  end
  return net:add(nn.Replicate(n, 1, 3))
end

--- Sets module.coef to what its meanestimator makes of ones, for the sizes of input.
function localnorm.set_coef(module, input)
  local dims, coef = input:dim(), module.coef
  if coef:dim() == dims + 1 and coef:size(1) == input:size(1) and
    coef:size(dims) == input:size(dims - 1) and coef:size(dims + 1) == input:size(dims) then
    return
  end
  local one = dims == 4 and input[1] or input
  local sums = module.meanestimator:updateOutput(one.new():resizeAs(one):fill(1)):clone()
  if dims == 3 then
    module.coef = sums
  else
    module.coef = sums:view(1, sums:size(1), 1, sums:size(3), sums:size(4)):expand(input:size(1),
      sums:size(1), 1, sums:size(3), sums:size(4))
  end
end

return localnorm
