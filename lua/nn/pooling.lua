-- What pooling modules share: indices that stay integers, rounding of output sizes, descriptions.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local check = F.check

local pooling = {}

--- The module's indices as integers on the input's device, whatever type it was converted to.
function pooling.indices(module, input)
  local indices = module.indices
  if not indices or indices.dtype ~= F.dtype.Long or indices.device ~= input.device then
    indices = F.tensor(F.dtype.Long, input.device)
    module.indices = indices
  end
  return indices
end

--- Gives a class ceil() and floor(), which choose how output sizes are rounded.
function pooling.rounding(class)
  --- Rounds output sizes up.
  function class:ceil()
    self.ceil_mode = true
    return self
  end

  --- Rounds output sizes down, as at first.
  function class:floor()
    self.ceil_mode = false
    return self
  end
end

--- Gives a class whose modules keep indices empty(), clearState(), type() and read().
function pooling.keeps_indices(class, parent)
  --- The same as clearState().
  function class:empty()
    return self:clearState()
  end

  function class:clearState()
    if self.indices then self.indices:set() end
    return parent.clearState(self)
  end

  -- The indices stay integers.
  function class:type(type_name, tensorCache)
    if not type_name then return self._type end
    local indices = self.indices
    self.indices = nil
    nn.Module.type(self, type_name, tensorCache)
    self.indices = indices
    return self
  end

  -- Torch7 keeps a function in pooling modules that have an unpooling module.
  function class:read(file)
    for field, value in pairs(file:readObject()) do
      if field ~= 'updateOutput' then self[field] = value end
    end
  end
end

--- Gives a class of maxima, for samples of `dims` dimensions, the gradient at its indices; grad is
-- the C function for it.
function pooling.goes_back(class, dims, grad)
  function class:updateGradInput(input, gradOutput)
    need.sample(self, input, dims)
    need.tensor(self, gradOutput, 'gradOutput')
    local gradInput = self.gradInput
    check(grad(gradInput, gradOutput, pooling.indices(self, input), input))
    return gradInput
  end
end

--- "2x2x2, 1,1,1, 0,1,1": kernel, stride and, where there is any, padding of a volumetric module.
function pooling.volume(m)
  local text = ('%dx%dx%d, %d,%d,%d'):format(m.kT, m.kW, m.kH, m.dT, m.dW, m.dH)
  local t, w, h = m.padT or 0, m.padW or 0, m.padH or 0
  if t ~= 0 or w ~= 0 or h ~= 0 then text = text .. (', %d,%d,%d'):format(t, w, h) end
  return text
end

return pooling
