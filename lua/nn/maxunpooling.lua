-- nn.SpatialMaxUnpooling and nn.VolumetricMaxUnpooling: the inverse of a max pooling module. Inputs
-- have the sizes of its last output; they go to the places of the maxima, and the rest is 0.
-- Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014.

local F = require 'torch.ffi'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

--- Declares nn.<name>, the inverse of nn.<inverse>, over `dims` dimensions. `copied` lists fields
-- of the pooling module and what they are called here.
return function(name, inverse, dims, copied)
  local class, parent = torch.class('nn.' .. name, 'nn.Module')

  function class:__init(module)
    parent.__init(self)
    if torch.type(module) ~= 'nn.' .. inverse then
      raise('nn.%s: expected a module nn.%s, got %s', name, inverse, torch.type(module))
    end
    if module.kT ~= module.dT or module.kH ~= module.dH or module.kW ~= module.dW then
      raise('nn.%s: windows of %s must be as large as its steps', name, tostring(module))
    end
    self.pooling = module
  end

  --- Takes indices and sizes from the pooling module.
  function class:setParams()
    self.indices = self.pooling.indices
    for field, own in pairs(copied) do self[own] = self.pooling[field] end
    if not self.oheight then
      raise('nn.%s: %s has not been run', name, tostring(self.pooling))
    end
  end

  function class:updateOutput(input)
    need.sample(self, input, dims + 1)
    self:setParams()
    local output = self.output
    check(C.lt_maxunpool(output, input, pooling.indices(self, input), dims, self.otime or 1,
      self.oheight, self.owidth))
    return output
  end

  function class:updateGradInput(input, gradOutput)
    need.sample(self, input, dims + 1)
    need.output_size(self, gradOutput)
    self:setParams()
    local gradInput = self.gradInput
    check(C.lt_maxunpool_grad(gradInput, gradOutput, input, pooling.indices(self, input), dims))
    return gradInput
  end

  --- The same as clearState().
  function class:empty()
    return self:clearState()
  end

  -- The indices are the pooling module's, and stay integers.
  function class:type(type_name, tensorCache)
    if type_name then self.indices = nil end
    return nn.Module.type(self, type_name, tensorCache)
  end

  function class:__tostring__()
    return ('nn.%s associated to %s'):format(name, tostring(self.pooling))
  end
end
