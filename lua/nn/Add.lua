-- nn.Add(inputSize, [scalar = false]): x + b for a bias [inputSize]; with scalar, one number for
-- all elements.
-- Shapes: [n inputSize] or [inputSize] -> the same; with scalar any -> the same.

local broadcast = require 'nn.broadcast'
local need = require 'nn.need'

local torch = torch

local Add, parent = torch.class('nn.Add', 'nn.Module')

function Add:__init(inputSize, scalar)
  parent.__init(self)
  self.scalar = scalar
  local sizes = broadcast.sizes(self, scalar and 1 or inputSize)
  self.bias = torch.Tensor(sizes)
  self.gradBias = torch.Tensor(sizes):zero()
  self:reset()
end

--- Uniform biases in +-stdv * sqrt(3), by default +-1 / sqrt(inputSize).
function Add:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.bias:size(1))
  self.bias:uniform(-stdv, stdv)
end

function Add:updateOutput(input)
  need.tensor(self, input, 'input')
  if self.scalar then
    self.output:add(input, self.bias[1])
  else
    self.output:add(input, 1, broadcast.view(self, self.bias, input))
  end
  return self.output
end

function Add:updateGradInput(input, gradOutput)
  need.gradient(self, input, gradOutput)
  if not self.gradInput then return nil end
  self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  return self.gradInput
end

function Add:accGradParameters(input, gradOutput, scale)
  need.gradient(self, input, gradOutput)
  if self.gradBias:size(1) == 1 then
    self.gradBias:add((scale or 1) * gradOutput:sum())
  else
    broadcast.accumulate(self, self.gradBias, gradOutput, scale or 1)
  end
end
