-- What the modules with a weight for each element of a sample share (nn.CAdd, nn.CMul): views that
-- make input and weight broadcast, and the gradient of a broadcast weight.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local broadcast = {}

local function mismatch(module, input, weight)
  raise('%s: %s does not fit a weight that is %s', torch.type(module), F.describe(input),
    F.describe(weight))
end

--- Sizes as a LongStorage, from numbers or a LongStorage.
function broadcast.sizes(module, ...)
  local sizes = {...}
  if torch.typename(sizes[1]) == 'torch.LongStorage' then sizes = sizes[1]:totable() end
  if #sizes == 0 then raise('%s: expected sizes', torch.type(module)) end
  for i, size in ipairs(sizes) do
    if type(size) ~= 'number' or size < 1 or size % 1 ~= 0 then
      raise('%s: size %d must be an integer of 1 or more, got %s', torch.type(module), i,
        tostring(size))
    end
  end
  return torch.LongStorage(sizes)
end

--- A view of weight that broadcasts to the sizes of x. Either it has x's number of elements, or
-- x's number of dimensions with sizes of 1 where it broadcasts, or it is one sample of a batch x.
function broadcast.view(module, weight, x)
  local n, count = x:dim(), weight:nElement()
  if n == 0 then mismatch(module, x, weight) end
  local view = torch.LongStorage(n):fill(1)
  if count == x:nElement() then
    view:copy(x:size())
  elseif weight:dim() == n then
    for d = 1, n do
      view[d] = weight:size(d)
      if view[d] ~= 1 and view[d] ~= x:size(d) then mismatch(module, x, weight) end
    end
  else
    if count * x:size(1) ~= x:nElement() then mismatch(module, x, weight) end
    for d = 2, n do view[d] = x:size(d) end
  end
  return weight:view(view)
end

--- gradient += scale * (x summed to the sizes of gradient).
function broadcast.accumulate(module, gradient, x, scale)
  local view = broadcast.view(module, gradient, x)
  for d = 1, x:dim() do
    if view:size(d) == 1 and x:size(d) > 1 then x = x:sum(d) end
  end
  view:add(scale, x)
end

return broadcast
