-- nn.GELU([approximate = 'none']): x Phi(x), with the distribution function Phi of the normal
-- distribution; with 'tanh', x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. An addition to
-- Torch7. Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
-- Shapes: any -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local GELU, parent = torch.class('nn.GELU', 'nn.Module')

--- approximate is 'none' (the default) or 'tanh'.
function GELU:__init(approximate)
  parent.__init(self)
  self.approximate = approximate or 'none'
  if self.approximate ~= 'none' and self.approximate ~= 'tanh' then
    F.raise("nn.GELU: expected 'none' or 'tanh' as approximation, got %s", tostring(approximate))
  end
end

function GELU:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  if self.approximate == 'tanh' then
    check(C.lt_gelutanh(output, input))
  else
    check(C.lt_gelu(output, input))
  end
  return output
end

function GELU:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  if self.approximate == 'tanh' then
    check(C.lt_gelutanh_grad(gradInput, gradOutput, input, self.output))
  else
    check(C.lt_gelu_grad(gradInput, gradOutput, input, self.output))
  end
  return gradInput
end

function GELU:__tostring__()
  return torch.type(self) .. (self.approximate == 'tanh' and '(tanh)' or '')
end
