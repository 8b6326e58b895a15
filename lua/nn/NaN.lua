-- nn.NaN(module, [id]): raises an error, naming itself by id, as soon as NaN appears in what a
-- module computes or is given.
-- Shapes: as the module says.

local F = require 'torch.ffi'
require 'nn'

local raise = F.raise
local torch = torch

local NaN, parent = torch.class('nn.NaN', 'nn.Decorator')

local last_id = 0

--- A number that no earlier call returned.
function NaN.newId()
  last_id = last_id + 1
  return last_id
end

function NaN:__init(module, id)
  parent.__init(self, module)
  self.id = id or NaN.newId()
end

--- Whether a tensor, or one in a nested table, contains NaN.
function NaN:recursiveIsNaN(x)
  if torch.isTensor(x) then
    if x:nElement() == 0 then return false end
    local sum = x:sum()
    return sum ~= sum and x:ne(x):any() -- a sum is NaN for inf - inf too
  end
  if type(x) ~= 'table' then return false end
  for _, inner in pairs(x) do
    if self:recursiveIsNaN(inner) then return true end
  end
  return false
end

-- Raises when x contains NaN; `causes` are pairs of a name and of what may have brought it in.
local function check(self, what, x, causes)
  if not self:recursiveIsNaN(x) then return end
  for _, cause in ipairs(causes) do
    if self:recursiveIsNaN(cause[2]) then what = cause[1] break end
  end
  raise('NaN found in %s of module :\n%s', what, tostring(self))
end

function NaN:updateOutput(input)
  self.output = self.modules[1]:updateOutput(input)
  check(self, 'output', self.output, {{'input', input}, {'parameters', (self:parameters())}})
  return self.output
end

function NaN:updateGradInput(input, gradOutput)
  self.gradInput = self.modules[1]:updateGradInput(input, gradOutput)
  check(self, 'gradInput', self.gradInput, {{'gradOutput', gradOutput}})
  return self.gradInput
end

function NaN:accGradParameters(input, gradOutput, scale)
  self.modules[1]:accGradParameters(input, gradOutput, scale or 1)
  local _, gradients = self:parameters()
  check(self, 'gradParameters', gradients, {{'input', input}, {'gradOutput', gradOutput}})
end

function NaN:__tostring__()
  return ('%s(%s) @ %s'):format(torch.type(self), tostring(self.id), tostring(self.modules[1]))
end
