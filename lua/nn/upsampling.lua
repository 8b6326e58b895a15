-- What upsampling modules share: their arguments, sizes, and calls of the operations.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local upsampling = {}

--- Sets scale_factor, or the output sizes in a table {[odepth =,] oheight =, owidth =}, and
-- inputSize and outputSize, which hold up to `dims` sizes.
function upsampling.init(module, params, dims)
  if type(params) == 'table' then
    module.odepth, module.oheight, module.owidth = params.odepth, params.oheight, params.owidth
    need.size(module, module.oheight, 'oheight')
    need.size(module, module.owidth, 'owidth')
    if module.odepth then need.size(module, module.odepth, 'odepth') end
  else
    module.scale_factor = params
    need.size(module, params, 'scale_factor')
  end
  module.inputSize = torch.LongStorage(dims):fill(0)
  module.outputSize = torch.LongStorage(dims):fill(0)
end

--- Sets inputSize and outputSize, whose last `dims` sizes are upsampled.
function upsampling.set_size(module, input, dims)
  local n, scale, out = input:dim(), module.scale_factor, module.outputSize
  for d = 1, n do
    module.inputSize[d] = input:size(d)
    out[d] = d > n - dims and scale and input:size(d) * scale or input:size(d)
  end
  if scale then return end
  if dims == 3 and not module.odepth then
    raise('%s: odepth is missing for %s', torch.type(module), F.describe(input))
  end
  if dims == 3 then out[n - 2] = module.odepth end
  out[n - 1], out[n] = module.oheight, module.owidth
end

--- The output of a module that upsamples the last `dims` dimensions.
function upsampling.forward(module, input, dims, nearest)
  upsampling.set_size(module, input, dims)
  local output = module.output
  if nearest then
    check(C.lt_upsample_nearest(output, input, dims, module.scale_factor))
  else
    local n, out = input:dim(), module.outputSize
    check(C.lt_upsample_linear(output, input, dims, dims == 3 and out[n - 2] or 1, out[n - 1],
      out[n]))
  end
  return output
end

--- Its gradient.
function upsampling.backward(module, input, gradOutput, dims, nearest)
  need.tensor(module, gradOutput, 'gradOutput')
  upsampling.set_size(module, input, dims)
  local gradInput = module.gradInput
  if nearest then
    check(C.lt_upsample_nearest_grad(gradInput, gradOutput, input, dims, module.scale_factor))
  else
    local n, out = input:dim(), module.outputSize
    check(C.lt_upsample_linear_grad(gradInput, gradOutput, input, dims,
      dims == 3 and out[n - 2] or 1, out[n - 1], out[n]))
  end
  return gradInput
end

return upsampling
