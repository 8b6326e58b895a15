-- nn.CMaxTable and nn.CMinTable: the largest or smallest of the tensors of a table at each element.
-- Its gradient goes to the first tensor that has it.

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local need = require 'nn.need'
local tablemath = require 'nn.tablemath'
require 'nn'

local torch = torch

--- Declares nn.<name>; method `better` compares an input with the best so far.
return function(name, better)
  local class, parent = torch.class('nn.' .. name, 'nn.Module')

  function class:__init()
    parent.__init(self)
    self.gradInput = {}
  end

  function class:updateOutput(input)
    need.tensors(self, input, 1)
    local output = self.output
    local from = beside.long(self, '_from', output)
    local mask = beside.byte(self, '_mask', output)
    output:resizeAs(input[1]):copy(input[1])
    from:resize(input[1]:size()):fill(1)
    for i = 2, #input do
      if not input[i]:isSameSizeAs(output) then
        F.raise('nn.%s: sizes differ: %s and %s', name, F.describe(output), F.describe(input[i]))
      end
      torch[better](mask, input[i], output)
      from:maskedFill(mask, i)
      output:maskedCopy(mask, input[i]:maskedSelect(mask))
    end
    return output
  end

  function class:updateGradInput(input, gradOutput)
    need.tensors(self, input, 1)
    need.elements(self, input[1], gradOutput)
    if not self._from then F.raise('nn.%s: backward before forward', name) end
    local g = tablemath.buffers(self, input)
    for i = 1, #input do
      torch.ne(self._mask, self._from, i)
      g[i]:copy(gradOutput):maskedFill(self._mask, 0)
    end
    return g
  end

  --- Converts to a type; the integer buffers are made anew.
  function class:type(type_name, tensorCache)
    if type_name then self._from, self._mask = nil, nil end
    return parent.type(self, type_name, tensorCache)
  end

  function class:clearState()
    self._from, self._mask = nil, nil
    return parent.clearState(self)
  end
end
