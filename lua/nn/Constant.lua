-- nn.Constant(value, [nInputDim]): a value (a number or a tensor) whatever the input; with
-- nInputDim, one for each sample of inputs with a dimension more. The gradient of the input is
-- zero.
-- Shapes: any -> the sizes of value; with nInputDim [n ...] -> [n and the sizes of value].

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'
local resize = require 'nn.resize'

local torch = torch

local Constant, parent = torch.class('nn.Constant', 'nn.Module')

function Constant:__init(value, nInputDim)
  parent.__init(self)
  if type(value) == 'number' then value = torch.Tensor {value} end
  if not F.is_tensor(value) then
    F.raise('nn.Constant: expected a number or a tensor, got %s', F.describe(value))
  end
  self.value = value
  self.nInputDim = nInputDim
end

function Constant:updateOutput(input)
  need.tensor(self, input, 'input')
  local value, n = self.value, self.nInputDim
  if n and input:dim() > n then
    resize(self.output, value, nil, input:size(1))
    self.output:copy(nn.utils.addSingletonDimension(value, 1):expandAs(self.output))
  else
    resize(self.output, value):copy(value)
  end
  return self.output
end

function Constant:updateGradInput(input)
  need.tensor(self, input, 'input')
  return self.gradInput:resizeAs(input):zero()
end
