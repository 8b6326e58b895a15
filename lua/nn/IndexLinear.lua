-- nn.IndexLinear(inputSize, outputSize, [doGradInput = false], [keysOffset = 0], [weight], [bias],
-- [normalize = false]): a linear layer of sparse samples, each a LongTensor of keys and a tensor of
-- values of one size: {keys, values}, or a batch {{keys, ...}, {values, ...}}, or joined in
-- {keys, values, sizes}. Keys run from 1 + keysOffset to inputSize + keysOffset. weight [in out]
-- has a row for each key. Gradients are kept as rows for the entries seen since zeroGradParameters,
-- in self.running; updateParameters applies them, with weightDecay for each entry. With normalize,
-- values are divided by the largest seen for their key and shifted by a learned amount; the weight
-- then has four more columns in front: that maximum, its inverse, a factor of the learning rate,
-- the shift.
-- Shapes: {[k], [k]} -> [outputSize]; {{[k1], [k2], ...}, {[k1], [k2], ...}} or {[k], [k], [n]} ->
-- [n outputSize].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local rows = require 'nn.indexrows'
local samples = require 'nn.indexsamples'
local sparse = require 'nn.sparse'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local IndexLinear, parent = torch.class('nn.IndexLinear', 'nn.Module')

function IndexLinear:__init(inputSize, outputSize, doGradInput, keysOffset, weight, bias, normalize)
  parent.__init(self)
  self.normalize = normalize and 4 or 0
  if not weight then
    need.size(self, inputSize, 'input size')
    need.size(self, outputSize, 'output size')
    weight = torch.Tensor(inputSize, outputSize + self.normalize):zero()
  end
  self.weight = weight
  self.inputSize, self.outputSize = weight:size(1), weight:size(2) - self.normalize
  self.bias = bias or torch.Tensor(self.outputSize):zero()
  self.gradWeight = torch.Tensor()
  self.gradBias = torch.Tensor(self.outputSize):zero()
  self.gradInput = {}
  self.running = rows.fresh()
  self.weightDecay = 0
  self.doGradInput = doGradInput or false
  self.offset = -1 - (keysOffset or 0)
end

--- Uniform parameters in +-stdv * sqrt(3), by default +-1 / sqrt(columns); the bias a millionth.
function IndexLinear:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(2))
  self.weight:uniform(-stdv, stdv)
  self.bias:uniform(-stdv, stdv):mul(1e-6)
  if self.normalize > 0 then self.weight:narrow(2, 1, self.normalize):zero() end
end

function IndexLinear.longTensor(_, ...)
  return torch.LongTensor(...)
end

IndexLinear.reshapeInput = samples.lists
IndexLinear.flattenInputs = samples.join

function IndexLinear:updateOutput(input)
  self:flattenInputs(input)
  local values = rows.factors(self)
  if self.normalize > 0 then
    check(C.lt_sparse_normalize(values, self.weight, self.keys, self.values,
      self.train ~= false and 1 or 0))
  end
  check(C.lt_sparse_linear(self.output, self.keys, values, self.cumSumSizes, self.weight, self.bias,
    1))
  if self.noBatch then return self.output:resize(self.outputSize) end
  return self.output
end

function IndexLinear:accGradParameters(_, gradOutput, scale)
  local running = self.running
  running.gradShift = running.gradShift or {}
  local g = rows.add(self, running, running.counter, gradOutput, scale or 1)
  rows.add_sums(self, self.gradBias, g, scale or 1)
  running.counter = running.counter + 1
end

function IndexLinear:updateGradInput(_, gradOutput)
  self.gradInput = {}
  if not self.doGradInput then return self.gradInput end
  if self.normalize > 0 then
    raise('nn.IndexLinear: there is no gradient of the input with normalize')
  end
  local g, dense = sparse.gradient(self, gradOutput, self.outputSize), buffer(self, '_dense',
    self.weight)
  dense:resize(g:size(1), self.inputSize):mm(g, self.weight:t())
  self.gradInput = samples.dense(self, dense)
  return self.gradInput
end

--- Moves the parameters at once.
function IndexLinear:accUpdateGradParameters(_, gradOutput, lr)
  if self.normalize > 0 then
    self._update = self._update or rows.fresh()
    local g = rows.add(self, self._update, 1, gradOutput, 1)
    rows.add_sums(self, self.bias, g, -lr)
    return rows.apply(self, self._update, 1, lr)
  end
  local g = sparse.gradient(self, gradOutput, self.outputSize)
  check(C.lt_sparse_linear_grad_weight(self.weight, self.bias, self.keys, self.values,
    self.cumSumSizes, g, 1, -lr, lr * (self.weightDecay or 0)))
end

IndexLinear.sharedAccUpdateGradParameters = IndexLinear.accUpdateGradParameters

function IndexLinear:updateParameters(lr)
  need.number(self, lr, 'learning rate')
  for i = 1, self.running.counter - 1 do rows.apply(self, self.running, i, lr) end
  self.bias:add(-lr, self.gradBias)
end

function IndexLinear:zeroGradParameters()
  self.gradBias:zero()
  self.running.counter = 1
end

--- The gradient of the weight is self.running, no tensor.
function IndexLinear:parameters()
  return {self.weight, self.bias}, {self.running, self.gradBias}
end

-- Accumulated gradients go with the buffers, whose integers must not be converted.
local function forget(self)
  sparse.clear(self)
  self.running, self._update = rows.fresh(), nil
  self.gradInput, self.normalizedValues, self._dense, self._sum = {}, nil, nil, nil
end

function IndexLinear:type(type_name, tensorCache)
  if type_name then forget(self) end
  return parent.type(self, type_name, tensorCache)
end

function IndexLinear:clearState()
  forget(self)
  self.output:set()
  return self
end
