-- nn.MaskedSelect(): {t, mask} gives the elements of t where the ByteTensor mask is 1, as a vector.
-- The gradient of the mask is zero.
-- Shapes: {t, mask of the same sizes} -> [k], k the ones in mask.

local need = require 'nn.need'

local torch = torch

local MaskedSelect, parent = torch.class('nn.MaskedSelect', 'nn.Module')

function MaskedSelect:__init()
  parent.__init(self)
  self.gradInput = {torch.Tensor(), torch.ByteTensor()}
end

function MaskedSelect:updateOutput(input)
  need.tensors(self, input, 2, true)
  self.output:maskedSelect(input[1], input[2])
  return self.output
end

function MaskedSelect:updateGradInput(input, gradOutput)
  need.tensors(self, input, 2, true)
  local t, mask = input[1], input[2]
  need.elements(self, t, gradOutput, t:maskedSelect(mask), 'selection')
  local g, zeros = self.gradInput[1] or t.new(), self.gradInput[2] or mask.new()
  g:resizeAs(t):zero()
  g:maskedCopy(mask, gradOutput)
  self.gradInput[1], self.gradInput[2] = g, zeros:resizeAs(mask):zero()
  return self.gradInput
end

-- The gradient of the mask stays a tensor of bytes.
function MaskedSelect:type(type_name, tensorCache)
  if not type_name then return self._type end
  self.gradInput[2] = nil
  return parent.type(self, type_name, tensorCache)
end
