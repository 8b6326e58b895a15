-- nn.Bilinear(inputSize1, inputSize2, outputSize, [bias = true]): y_k = x1' A_k x2 + b_k; weight A
-- [outputSize inputSize1 inputSize2], bias [outputSize]. The products of x1 and x2 are formed for
-- blocks of samples, so that all sums over them are matrix products.
-- Shapes: {[n inputSize1], [n inputSize2]} -> [n outputSize].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local Bilinear, parent = torch.class('nn.Bilinear', 'nn.Module')

local BLOCK = 2 ^ 20 -- elements of the products of a block of samples

function Bilinear:__init(inputSize1, inputSize2, outputSize, bias)
  parent.__init(self)
  need.size(self, inputSize1, 'first input size')
  need.size(self, inputSize2, 'second input size')
  need.size(self, outputSize, 'output size')
  self.weight = torch.Tensor(outputSize, inputSize1, inputSize2)
  self.gradWeight = torch.Tensor(outputSize, inputSize1, inputSize2):zero()
  if bias ~= false then
    self.bias = torch.Tensor(outputSize)
    self.gradBias = torch.Tensor(outputSize):zero()
  end
  self.gradInput = {torch.Tensor(), torch.Tensor()}
  self:reset()
end

--- Uniform parameters in +-stdv * sqrt(3), by default +-1 / sqrt(in1).
function Bilinear:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(2))
  self.weight:uniform(-stdv, stdv)
  if self.bias then self.bias:uniform(-stdv, stdv) end
  return self
end

local function check_input(self, input)
  need.tensors(self, input, 2, true)
  local a, b, w = input[1], input[2], self.weight
  if a:dim() ~= 2 or b:dim() ~= 2 or a:size(1) ~= b:size(1) or a:size(2) ~= w:size(2)
    or b:size(2) ~= w:size(3) then
    raise('nn.Bilinear: expected [n %d] and [n %d], got %s and %s', w:size(2), w:size(3),
      F.describe(a), F.describe(b))
  end
end

local function check_gradient(self, input, gradOutput)
  check_input(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  local a, w = input[1], self.weight
  if gradOutput:dim() ~= 2 or gradOutput:size(1) ~= a:size(1)
    or gradOutput:size(2) ~= w:size(1) then
    raise('nn.Bilinear: expected a gradOutput of %d x %d, got %s', a:size(1), w:size(1),
      F.describe(gradOutput))
  end
end

-- Calls f(x1, x2, first, n) for blocks of samples.
local function each_block(self, input, f)
  local samples = input[1]:size(1)
  local size = math.max(1, math.floor(BLOCK / (self.weight:size(2) * self.weight:size(3))))
  for first = 1, samples, size do
    local n = math.min(size, samples - first + 1)
    f(input[1]:narrow(1, first, n), input[2]:narrow(1, first, n), first, n)
  end
end

-- [n in1 * in2]: the products of the elements of x1 and x2.
local function products(self, x1, x2, n)
  local in1, in2 = self.weight:size(2), self.weight:size(3)
  local p = buffer(self, 'buff1', x1)
  p:resize(n, in1, in2)
  p:cmul(nn.utils.addSingletonDimension(x1, 3):expandAs(p),
    nn.utils.addSingletonDimension(x2, 2):expandAs(p))
  return p:view(n, in1 * in2)
end

local function flat(weight)
  return weight:view(weight:size(1), -1)
end

function Bilinear:updateOutput(input)
  check_input(self, input)
  local output, weight = self.output, flat(self.weight)
  output:resize(input[1]:size(1), weight:size(1))
  each_block(self, input, function(x1, x2, first, n)
    local y = output:narrow(1, first, n)
    check(C.lt_linear(y, products(self, x1, x2, n), weight, self.bias))
  end)
  return output
end

function Bilinear:updateGradInput(input, gradOutput)
  check_gradient(self, input, gradOutput)
  local g1, g2 = self.gradInput[1] or input[1].new(), self.gradInput[2] or input[2].new()
  self.gradInput[1], self.gradInput[2] = g1:resizeAs(input[1]), g2:resizeAs(input[2])
  local weight, p = flat(self.weight), buffer(self, 'buff2', input[1])
  local in1, in2 = self.weight:size(2), self.weight:size(3)
  each_block(self, input, function(x1, x2, first, n)
    check(C.lt_linear_grad_input(p, gradOutput:narrow(1, first, n), weight))
    local g = p:view(n, in1, in2)
    g1:narrow(1, first, n):view(n, in1, 1):bmm(g, nn.utils.addSingletonDimension(x2, 3))
    g2:narrow(1, first, n):view(n, 1, in2):bmm(nn.utils.addSingletonDimension(x1, 2), g)
  end)
  return self.gradInput
end

function Bilinear:accGradParameters(input, gradOutput, scale)
  check_gradient(self, input, gradOutput)
  local gradWeight = flat(self.gradWeight)
  each_block(self, input, function(x1, x2, first, n)
    check(C.lt_linear_grad_weight(gradWeight, self.gradBias, products(self, x1, x2, n),
      gradOutput:narrow(1, first, n), scale or 1))
  end)
end

Bilinear.sharedAccUpdateGradParameters = parent.defaultAccUpdateGradParameters

function Bilinear:clearState()
  nn.utils.clear(self, 'buff1', 'buff2')
  return parent.clearState(self)
end

function Bilinear:__tostring__()
  return ('%s(%dx%d -> %d) %s'):format(torch.type(self), self.weight:size(2), self.weight:size(3),
    self.weight:size(1), self.bias and '' or ' without bias')
end
