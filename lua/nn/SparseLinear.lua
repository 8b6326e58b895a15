-- nn.SparseLinear(inputSize, outputSize, [doGradInput = false]): nn.Linear for sparse samples
-- [nnz 2] of pairs (key, value), keys from 1 to inputSize; batches are tables of samples or tensors
-- [batch nnz 2]. weight [out in], bias [out]. The gradient of the input, a table of [in 2], is
-- computed only with doGradInput. After a single backward only the columns of its keys are updated
-- and cleared.
-- Shapes: [nnz 2] -> [outputSize]; {[nnz1 2], [nnz2 2], ...} or [n nnz 2] -> [n outputSize].

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local sparse = require 'nn.sparse'

local C, check = F.C, F.check
local torch = torch

local SparseLinear, parent = torch.class('nn.SparseLinear', 'nn.Module')

-- What zeroGradParameters and updateParameters know: no backward since the gradients were zeroed,
-- one, whose keys are in self.lastInput, or more.
local NO_LAST_INPUT, ONE_LAST_INPUT, ACC_MULTIPLE_TIMES = 0, 1, 2

function SparseLinear:__init(inputSize, outputSize, doGradInput)
  parent.__init(self)
  need.size(self, inputSize, 'input size')
  need.size(self, outputSize, 'output size')
  self.weightDecay = 0
  self.doGradInput = doGradInput or false
  self.weight = torch.Tensor(outputSize, inputSize)
  self.bias = torch.Tensor(outputSize)
  self.gradWeight = torch.Tensor(outputSize, inputSize):zero()
  self.gradBias = torch.Tensor(outputSize):zero()
  self.gradInput = {}
  self.sparseUpdate = NO_LAST_INPUT
  self:reset()
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(in); the bias a millionth of that.
function SparseLinear:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(2))
  self.weight:uniform(-stdv, stdv)
  self.bias:uniform(-stdv, stdv):mul(1e-6)
end

SparseLinear.reshapeInput = sparse.pairs

function SparseLinear:updateOutput(input)
  local samples, single = self:reshapeInput(input)
  local keys, values = sparse.start(self, #samples, function(i)
    return sparse.entries(samples[i])
  end, self.weight)
  for i = 1, #samples do
    local n = sparse.entries(samples[i])
    if n > 0 then
      sparse.fill(self, i, n, samples[i]:select(2, 1), samples[i]:select(2, 2))
    end
  end
  check(C.lt_sparse_linear(self.output, keys, values, self.cumSumSizes, self.weight, self.bias, 0))
  if single then return self.output:resize(self.bias:size(1)) end
  return self.output
end

function SparseLinear:accGradParameters(_, gradOutput, scale)
  local g = sparse.gradient(self, gradOutput, self.bias:size(1))
  -- As in Torch7, the gradient of a single sample becomes a matrix of one row.
  if gradOutput:dim() == 1 then gradOutput:set(g) end
  check(C.lt_sparse_linear_grad_weight(self.gradWeight, self.gradBias, self.keys, self.values,
    self.cumSumSizes, g, 0, scale or 1, 0))
  if self.weightDecay ~= 0 then self.gradWeight:add(self.weightDecay, self.weight) end
  if self.sparseUpdate == NO_LAST_INPUT and self.weightDecay == 0 and self.keys:dim() > 0 then
    beside.long(self, 'lastInput', self.keys):resizeAs(self.keys):copy(self.keys)
    self.sparseUpdate = ONE_LAST_INPUT
  else
    self.sparseUpdate = ACC_MULTIPLE_TIMES
  end
end

-- gradInput[i] = {1 .. in, gradOutput[i] * weight} as columns.
function SparseLinear:updateGradInput(_, gradOutput)
  if not self.doGradInput then
    self.gradInput = {}
    return self.gradInput
  end
  local g, ins = sparse.gradient(self, gradOutput, self.bias:size(1)), self.weight:size(2)
  local dense, list = buffer(self, '_dense', self.weight), self.gradInput
  check(C.lt_linear_grad_input(dense, g, self.weight))
  for i = 1, g:size(1) do
    if not list[i] then
      list[i] = self.weight.new(ins, 2)
      list[i]:select(2, 1):copy(torch.range(1, ins))
    end
    list[i]:select(2, 2):copy(dense:select(1, i))
  end
  for i = #list, g:size(1) + 1, -1 do list[i] = nil end
  return list
end

-- The gradients accumulated so far stay out of the way of the update.
function SparseLinear:defaultAccUpdateGradParameters(input, gradOutput, lr)
  local state, last = self.sparseUpdate, self.lastInput
  self.lastInput = nil
  parent.defaultAccUpdateGradParameters(self, input, gradOutput, lr)
  self.sparseUpdate, self.lastInput = state, last
end

SparseLinear.sharedAccUpdateGradParameters = SparseLinear.defaultAccUpdateGradParameters

-- Whether the keys of all that was accumulated are known. (Torch7 saves them in another form.)
local function keys_known(self)
  local last = self.lastInput
  return self.sparseUpdate == ONE_LAST_INPUT and F.is_tensor(last) and last.dtype == F.dtype.Long
end

function SparseLinear:updateParameters(learningRate)
  if not keys_known(self) then return parent.updateParameters(self, learningRate) end
  self.bias:add(-learningRate, self.gradBias)
  check(C.lt_sparse_columns_update(self.weight, self.gradWeight, self.lastInput, learningRate))
end

function SparseLinear:zeroGradParameters()
  if keys_known(self) then
    check(C.lt_index_fill(self.gradWeight, 1, self.lastInput, 0))
    self.gradBias:zero()
  else
    parent.zeroGradParameters(self)
  end
  self.sparseUpdate = NO_LAST_INPUT
end

-- Without the keys all columns are updated. (With them, only what they name was accumulated.)
local function forget(self)
  sparse.clear(self)
  self.gradInput, self._dense, self.lastInput = {}, nil, nil
  self.sparseUpdate = ACC_MULTIPLE_TIMES
end

function SparseLinear:type(type_name, tensorCache)
  if type_name then forget(self) end
  return parent.type(self, type_name, tensorCache)
end

function SparseLinear:clearState()
  forget(self)
  nn.utils.clear(self, 'output')
  return self
end
