-- Criterions of the difference of input and target, as rows: a name and the operation behind it.
-- The value is the mean over all elements, or the sum when sizeAverage is false.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local torch = torch

local source = [[
local C, F, need, class = ...
local check, out, need_tensor = F.check, F.out, need.tensor

function class:updateOutput(input, target)
  need_tensor(self, input, 'input')
  need_tensor(self, target, 'target')
  check(C.lt_$op(out, input, target, self.sizeAverage and 1 or 0))
  self.output = out[0]
  return self.output
end

function class:updateGradInput(input, target)
  need_tensor(self, input, 'input')
  need_tensor(self, target, 'target')
  local gradInput = self.gradInput
  check(C.lt_$op_grad(gradInput, input, target, self.sizeAverage and 1 or 0))
  return gradInput
end]]

--- Declares the criterion nn.<name> on lt_<op> and lt_<op>_grad.
return function(name, op)
  local class, parent = torch.class('nn.' .. name, 'nn.Criterion')
  function class:__init(sizeAverage)
    parent.__init(self)
    self.sizeAverage = sizeAverage ~= false
  end
  assert(loadstring(source:gsub('%$op', op), '=torch.nn.' .. name))(F.C, F, need, class)
end
