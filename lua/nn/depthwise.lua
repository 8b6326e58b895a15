-- Convolution of every plane of an image with kernels of its own, [planes*m 1 kH kW], and of every
-- feature of a sequence, which is an image of height 1 whose planes are its features. Shared by
-- nn.SpatialDepthWiseConvolution, nn.SpatialSubSampling, nn.TemporalRowConvolution and
-- nn.TemporalSubSampling; strides and padding are fields of the module.

local F = require 'torch.ffi'
local nn = require 'nn'

local C, check = F.C, F.check

local depthwise = {}

local function planes(image)
  return tonumber(image.sizes[image.ndim - 3])
end

--- y = the convolution of an image [n c h w] or [c h w]; bias [planes*m] or nil.
function depthwise.forward(self, y, image, kernels, bias)
  check(C.lt_conv2d(y, image, kernels, bias, self.dH or 1, self.dW, self.padH or 0, self.padW or 0,
    1, 1, planes(image)))
  return y
end

--- gx = the gradient of the image.
function depthwise.grad_input(self, gx, gy, kernels, image)
  check(C.lt_conv2d_grad_input(gx, gy, kernels, image, self.dH or 1, self.dW, self.padH or 0,
    self.padW or 0, 1, 1, planes(image)))
  return gx
end

--- Adds scale times the gradients of the kernels to gw, and of the bias to gb, which may be nil.
function depthwise.grad_weight(self, gw, gb, image, gy, scale)
  check(C.lt_conv2d_grad_weight(gw, gb, image, gy, self.dH or 1, self.dW, self.padH or 0,
    self.padW or 0, 1, 1, planes(image), scale))
  return gw
end

--- A sequence [n t c] or [t c] ([n c t] or [c t] when feat_first) as a view [n c 1 t] or [c 1 t].
function depthwise.image(x, feat_first)
  local dims = x:dim()
  if not feat_first then x = x:transpose(dims - 1, dims) end
  return nn.utils.addSingletonDimension(x, dims)
end

--- result = an image [n c 1 t] or [c 1 t] as a sequence.
function depthwise.sequence(result, image, feat_first)
  local dims = image:dim()
  local x = image:select(dims - 1, 1)
  if not feat_first then x = x:transpose(dims - 2, dims - 1) end
  return result:resize(x:size()):copy(x)
end

--- A factor for each plane as kernels that sum a window.
function depthwise.sums(weight, kH, kW)
  return weight:view(weight:size(1), 1, 1, 1):expand(weight:size(1), 1, kH, kW)
end

return depthwise
