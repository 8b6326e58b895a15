-- Convolutions and correlations of images and volumes: conv2, conv3, xcorr2, xcorr3.

local compile = require 'torch.compile'
local ops = require 'torch.ops'

local source = [[
local function compute(n, r, x, k, mode)
  if mode ~= nil and mode ~= 'V' and mode ~= 'F' then
    bad('$N', n, "'V' (valid) or 'F' (full)", mode)
  end
  local full = mode == 'F' and 1 or 0
  TRY(C.lt_$N(r, x, k, full))
  return r
end
return function(a, b, c, d)
  need_tensor(1, a)
  need_tensor(2, b)
  if is_tensor(c) then return compute(4, a, b, c, d) end
  return compute(3, like(a), a, b, c)
end]]

local function declare(name, what, of)
  local f = compile(name, source)
  ops.op(name, 'custom', {
    doc = what .. ' of ' .. of .. " with a kernel where it fits inside ('V') or wherever it "
      .. "touches ('F'); of planes (one dimension more) each with its own kernel; or of planes "
      .. 'with a set of kernels for each plane of the result (one more still), summed over the '
      .. 'planes',
    usage = "([res,] x, k [, 'V' or 'F'])", method = f, func = f})
end

declare('conv2', 'convolution', 'an image')
declare('conv3', 'convolution', 'a volume')
declare('xcorr2', 'correlation', 'an image')
declare('xcorr3', 'correlation', 'a volume')
