-- nn.Linear(inputSize, outputSize, [bias = true]): y = W x + b; weight W [outputSize inputSize],
-- bias b [outputSize].
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local C, check = F.C, F.check
local torch = torch

local Linear, parent = torch.class('nn.Linear', 'nn.Module')

function Linear:__init(inputSize, outputSize, bias)
  parent.__init(self)
  need.size(self, inputSize, 'input size')
  need.size(self, outputSize, 'output size')
  self.weight = torch.Tensor(outputSize, inputSize)
  self.gradWeight = torch.Tensor(outputSize, inputSize):zero()
  if bias ~= false then
    self.bias = torch.Tensor(outputSize)
    self.gradBias = torch.Tensor(outputSize):zero()
  end
  self:reset()
end

--- Removes the bias.
function Linear:noBias()
  self.bias, self.gradBias = nil, nil
  return self
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(inputs).
function Linear:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(2))
  self.weight:uniform(-stdv, stdv)
  if self.bias then self.bias:uniform(-stdv, stdv) end
  return self
end

--- Makes addBuffer ones, as many as input [n inputSize] has rows. Only code written for Torch7
-- looks at it: the operations add the bias themselves.
function Linear:updateAddBuffer(input)
  need.tensor(self, input, 'input')
  local rows = input:dim() > 0 and input:size(1) or 0
  self.addBuffer = self.addBuffer or input.new()
  if self.addBuffer:nElement() ~= rows then self.addBuffer:resize(rows):fill(1) end
end

function Linear:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  check(C.lt_linear(output, input, self.weight, self.bias))
  return output
end

function Linear:updateGradInput(_, gradOutput)
  need.tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  if not gradInput then return nil end
  check(C.lt_linear_grad_input(gradInput, gradOutput, self.weight))
  return gradInput
end

function Linear:accGradParameters(input, gradOutput, scale)
  need.tensor(self, input, 'input')
  check(C.lt_linear_grad_weight(self.gradWeight, self.gradBias, input, gradOutput, scale or 1))
end

function Linear:sharedAccUpdateGradParameters(input, gradOutput, lr)
  self:defaultAccUpdateGradParameters(input, gradOutput, lr)
end

function Linear:clearState()
  nn.utils.clear(self, 'addBuffer')
  return parent.clearState(self)
end

function Linear:__tostring__()
  return ('%s(%d -> %d)%s'):format(torch.type(self), self.weight:size(2), self.weight:size(1),
    self.bias and '' or ' without bias')
end
