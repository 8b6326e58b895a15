-- Inputs that are a sample or a batch: a vector as a matrix of one row.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

--- t, [n size] or [size], as a matrix of rows. `what` names it in the error; without size any
-- number of columns will do.
return function(module, t, what, size)
  need.tensor(module, t, what)
  local dims = t:dim()
  if dims < 1 or dims > 2 or (size and t:size(dims) ~= size) then
    F.raise('%s: expected [batch %s] or [%s] as %s, got %s', torch.type(module), size or 'n',
      size or 'n', what, F.describe(t))
  end
  if dims == 2 then return t end
  return nn.utils.addSingletonDimension(t, 1)
end
