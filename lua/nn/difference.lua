-- Criterions of corresponding elements of input and target, as rows: a name and the operation
-- behind it. The value is the mean over all elements, or the sum when sizeAverage is false.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local torch = torch

local source = [[
local C, F, need, class = ...
local check, out, need_tensor = F.check, F.out, need.tensor

function class:updateOutput(input, target)
  need_tensor(self, input, 'input')
  $prepare
  need_tensor(self, target, 'target')
  check(C.lt_$op(out, input, target, $fields self.sizeAverage and 1 or 0))
  self.output = out[0]
  return self.output
end

function class:updateGradInput(input, target)
  need_tensor(self, input, 'input')
  $prepare
  need_tensor(self, target, 'target')
  local gradInput = self.gradInput
  check(C.lt_$op_grad(gradInput, input, target, $fields self.sizeAverage and 1 or 0))
  return gradInput
end]]

-- For rows that take a number as target.
local number = [[if type(target) == 'number' then
    if not self._y or self._y.dtype ~= input.dtype then self._y = input.new(1) end
    target = self._y:fill(target)
  end]]

--- Declares the criterion nn.<name> on lt_<op> and lt_<op>_grad. row, optional, for operations of
-- csrc/loss.def: args (constructor arguments before sizeAverage, {field, default}), fields (what
-- weights, a and b are, as Lua source) and number (whether a number may be the target).
return function(name, op, row)
  local class, parent = torch.class('nn.' .. name, 'nn.Criterion')
  local args = row and row.args or {}
  function class:__init(...)
    parent.__init(self)
    for i, arg in ipairs(args) do
      local value = select(i, ...)
      if value == nil then value = arg[2] end
      need.number(self, value, arg[1])
      self[arg[1]] = value
    end
    self.sizeAverage = select(#args + 1, ...) ~= false
  end
  local text = source:gsub('%$op', op):gsub('%$fields', row and row.fields .. ',' or '')
    :gsub('%$prepare', row and row.number and number or '')
  assert(loadstring(text, '=torch.nn.' .. name))(F.C, F, need, class)
  return class
end
