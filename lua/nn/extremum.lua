-- nn.Max and nn.Min: the largest or smallest element along a dimension, which is left out of the
-- result. Its gradient goes to the place of that element.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local check = F.check
local torch = torch

--- Declares nn.<name> on the reduction C function `reduce` (values, indices, input, dim).
return function(name, reduce)
  local class, parent = torch.class('nn.' .. name, 'nn.Module')

  function class:__init(dimension, nInputDims)
    parent.__init(self)
    self.dimension = dimension or 1
    need.number(self, self.dimension, 'dimension')
    self.nInputDims = nInputDims
  end

  function class:updateOutput(input)
    local dim = need.dimension(self, input)
    local indices = self._indices
    if not indices or indices.device ~= input.device then
      indices = F.tensor(F.dtype.Long, input.device)
      self._indices = indices
    end
    if not self._output or self._output.dtype ~= input.dtype then self._output = F.like(input) end
    check(reduce(self._output, indices, input, dim - 1))
    self.output:set(input:dim() > 1 and self._output:select(dim, 1) or self._output)
    return self.output
  end

  function class:updateGradInput(input, gradOutput)
    local dim = need.dimension(self, input)
    need.tensor(self, gradOutput, 'gradOutput')
    if not self._indices then F.raise('nn.%s: backward before forward', name) end
    if input:dim() > 1 then gradOutput = nn.utils.addSingletonDimension(gradOutput, dim) end
    self.gradInput:resizeAs(input):zero():scatter(dim, self._indices, gradOutput)
    return self.gradInput
  end

  --- Converts to a type; the indices are made anew.
  function class:type(type_name, tensorCache)
    if type_name then self._indices = nil end
    return parent.type(self, type_name, tensorCache)
  end

  function class:clearState()
    self._indices, self._output = nil, nil
    return parent.clearState(self)
  end
end
