-- nn.PartialLinear(inputSize, outputSize, [bias = true]): nn.Linear for inputs [n in] of which only
-- some outputs, the partition, are computed; gradients and updates touch only their parameters. The
-- weight [out in] is that of the nn.LookupTable in self.network, the bias [1 out].
-- Shapes: [n inputSize] -> [n partition].

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local PartialLinear, parent = torch.class('nn.PartialLinear', 'nn.Module')

function PartialLinear:__init(inputSize, outputSize, bias)
  parent.__init(self)
  need.size(self, inputSize, 'input size')
  need.size(self, outputSize, 'output size')
  local factors = nn.ParallelTable():add(nn.Identity()):add(nn.LookupTable(outputSize, inputSize))
  self.network = nn.Sequential():add(factors):add(nn.MM(false, true))
  if bias ~= false then
    self.bias = torch.zeros(1, outputSize)
    self.gradBias = torch.zeros(1, outputSize)
  end
  self.inputsize, self.outputsize = inputSize, outputSize
  self.allcolumns = torch.range(1, outputSize)
  self:resetPartition()
end

--- Chooses the outputs: a tensor of numbers from 1 to the output size.
function PartialLinear:setPartition(indices)
  need.tensor(self, indices, 'partition')
  if indices:dim() ~= 1 or indices:min() < 1 or indices:max() > self.outputsize then
    raise('nn.PartialLinear: expected a vector of numbers from 1 to %d as partition, got %s',
      self.outputsize, F.describe(indices))
  end
  self.partition = indices:type(self.allcolumns:type())
end

--- Chooses all outputs.
function PartialLinear:resetPartition()
  self.partition = self.allcolumns
end

local function lookup(self)
  return self.network:get(1):get(2)
end

function PartialLinear:parameters()
  local table_ = lookup(self)
  return {table_.weight, self.bias}, {table_.gradWeight, self.gradBias}
end

--- Normal weights with standard deviation stdv (default 1), bias 0.
function PartialLinear:reset(stdv)
  lookup(self):reset(stdv)
  if self.bias then self.bias:zero() end
end

-- The partition as a LongTensor beside the weights.
local function chosen(self)
  local long = beside.long(self, '_long', lookup(self).weight)
  return long:resize(self.partition:size(1)):copy(self.partition)
end

local function check_rows(self, t, what, size)
  need.tensor(self, t, what)
  if t:dim() ~= 2 or t:size(2) ~= size then
    raise('nn.PartialLinear: expected [n %d] as %s, got %s', size, what, F.describe(t))
  end
end

function PartialLinear:updateOutput(input)
  check_rows(self, input, 'input', self.inputsize)
  local indices = chosen(self)
  local weight, bias = buffer(self, 'weightBuffer', input), nil
  weight:index(lookup(self).weight, 1, indices)
  if self.bias then
    bias = buffer(self, 'buffer', input)
    bias:index(self.bias, 2, indices)
  end
  check(C.lt_linear(self.output, input, weight, bias))
  return self.output
end

function PartialLinear:updateGradInput(_, gradOutput)
  check_rows(self, gradOutput, 'gradOutput', self.partition:size(1))
  if not self.gradInput then return nil end
  local weight = buffer(self, 'weightBuffer', gradOutput)
  weight:index(lookup(self).weight, 1, chosen(self))
  check(C.lt_linear_grad_input(self.gradInput, gradOutput, weight))
  return self.gradInput
end

function PartialLinear:accGradParameters(input, gradOutput, scale)
  check_rows(self, input, 'input', self.inputsize)
  check_rows(self, gradOutput, 'gradOutput', self.partition:size(1))
  local indices = chosen(self)
  local n = indices:size(1)
  local gw, gb = buffer(self, 'weightBuffer', input), buffer(self, 'buffer', input)
  gw:resize(n, self.inputsize):zero()
  gb:resize(1, n):zero()
  check(C.lt_linear_grad_weight(gw, gb, input, gradOutput, scale or 1))
  lookup(self).gradWeight:indexAdd(1, indices, gw)
  if self.gradBias then self.gradBias:indexAdd(2, indices, gb) end
end

PartialLinear.defaultAccUpdateGradParameters = parent.sharedAccUpdateGradParameters

-- Indices stay of type Long.
function PartialLinear:type(type_name, tensorCache)
  if type_name then self._long = nil end
  return parent.type(self, type_name, tensorCache)
end

function PartialLinear:clearState()
  self.network:clearState()
  nn.utils.clear(self, 'weightBuffer', 'buffer', '_long')
  return parent.clearState(self)
end

function PartialLinear:__tostring__()
  return ('%s(%d -> %d)%s'):format(torch.type(self), self.inputsize, self.outputsize,
    self.bias and '' or ' without bias')
end
