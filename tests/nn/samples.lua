-- Random inputs and targets of criterions, as functions that make them.

local torch = require 'torch'

local samples = {}

--- Normal numbers.
function samples.real(...)
  local size = {...}
  return function() return torch.randn(unpack(size)) end
end

--- Numbers between 0 and 1.
function samples.unit(...)
  local size = {...}
  return function() return torch.Tensor(unpack(size)):uniform(0.1, 0.9) end
end

--- Classes from 1 to n.
function samples.classes(n, ...)
  local size = {...}
  return function() return torch.Tensor(unpack(size)):random(1, n) end
end

--- 1 and -1.
function samples.signs(...)
  local size = {...}
  return function() return torch.Tensor(unpack(size)):bernoulli(0.5):mul(2):add(-1) end
end

--- Always v.
function samples.constant(v) return function() return v end end

--- A table of what two makers make.
function samples.pair(a, b) return function() return {a(), b()} end end

return samples
