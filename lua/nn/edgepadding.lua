-- Modules that pad images with their edges or mirror images; negative padding crops.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

--- Declares nn.<name> for inputs of dims or, in batches, dims + 1 dimensions; `sides` are its
-- fields: left, right, top, bottom and, for volumes, front, back. Missing ones are the first.
-- `text` formats them.
return function(name, dims, reflect, sides, text)
  local class, parent = torch.class('nn.' .. name, 'nn.Module')
  local left, right, top, bottom, front, back = unpack(sides)

  function class:__init(...)
    parent.__init(self)
    local first = ...
    for i, side in ipairs(sides) do
      self[side] = select(i, ...) or first
      need.number(self, self[side], 'padding')
    end
  end

  function class:updateOutput(input)
    need.sample(self, input, dims)
    local output = self.output
    check(C.lt_pad_edges(output, input, reflect, self[front] or 0, self[back] or 0, self[top],
      self[bottom], self[left], self[right]))
    return output
  end

  function class:updateGradInput(input, gradOutput)
    need.sample(self, input, dims)
    need.tensor(self, gradOutput, 'gradOutput')
    local gradInput = self.gradInput
    check(C.lt_pad_edges_grad(gradInput, gradOutput, input, reflect, self[front] or 0,
      self[back] or 0, self[top], self[bottom], self[left], self[right]))
    return gradInput
  end

  function class:__tostring__()
    return ('%s(' .. text .. ')'):format(torch.type(self), self[left], self[right], self[top],
      self[bottom], self[front], self[back])
  end
end
