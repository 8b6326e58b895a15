-- cudnn.RNN(inputSize, hiddenSize, [numLayers = 1], [batchFirst = false], [dropout = 0],
-- [rememberStates = false]) and its kinds RNNReLU, RNNTanh, LSTM, GRU, BLSTM, BGRU: recurrent
-- layers over whole sequences [t n inputSize], computed by nn.SequenceRecurrent. weight is one
-- vector in cuDNN's order: the matrices of every layer and direction, then all biases. Tensors are
-- on the GPU from the start, where there is one.

local F = require 'torch.ffi'
local layer = require 'cudnn.layer'
local need = require 'nn.need'
local nn = require 'nn'
local sequence = require 'nn.sequence'
local torch = require 'torch'

local raise = F.raise
local classes = layer.classes

local RNN, parent = torch.class('cudnn.RNN', 'nn.Module', classes)

-- How many linear maps there are of the input and the state together.
RNN.linearLayers = {CUDNN_LSTM = 8, CUDNN_GRU = 6, CUDNN_RNN_RELU = 2, CUDNN_RNN_TANH = 2}

local kinds = {
  CUDNN_LSTM = {'SequenceLSTM'}, CUDNN_GRU = {'SequenceGRU'},
  CUDNN_RNN_RELU = {'SequenceRNN', 'relu'}, CUDNN_RNN_TANH = {'SequenceRNN', 'tanh'},
}

function RNN:__init(inputSize, hiddenSize, numLayers, batchFirst, dropout, rememberStates)
  parent.__init(self)
  need.size(self, inputSize, 'input size')
  need.size(self, hiddenSize, 'hidden size')
  self.datatype = 'CUDNN_DATA_FLOAT'
  self.inputSize, self.hiddenSize = inputSize, hiddenSize
  self.seqLength, self.miniBatch = 1, 1
  self.numLayers = numLayers or 1
  self.bidirectional, self.numDirections = 'CUDNN_UNIDIRECTIONAL', 1
  self.inputMode, self.mode = 'CUDNN_LINEAR_INPUT', 'CUDNN_RNN_RELU'
  self.dropout, self.seed = dropout or 0, 0x01234567
  self.batchFirst, self.rememberStates = batchFirst or false, rememberStates or false
  for _, name in ipairs {'weight', 'gradWeight', 'hiddenOutput', 'cellOutput', 'gradHiddenInput',
    'gradCellInput'} do
    self[name] = torch.Tensor()
  end
  if torch.getmetatable 'torch.CudaTensor' then self:type('torch.CudaTensor') end
  self:training()
  self:reset()
end

-- The module of nn that computes, without weights of its own yet. Its random weights are not drawn
-- from the user's stream.
local function engine(self)
  if self.engine then return self.engine end
  local kind = kinds[self.mode]
  if not kind then raise('%s: there is no mode %s', torch.type(self), tostring(self.mode)) end
  local state = torch.getRNGState()
  local made = nn[kind[1]](self.inputSize, self.hiddenSize, {
    layers = self.numLayers, bidirectional = self.bidirectional == 'CUDNN_BIDIRECTIONAL',
    batchFirst = self.batchFirst or false, dropout = self.dropout or 0, nonlinearity = kind[2],
  })
  torch.setRNGState(state)
  if self.weight:type() ~= made.weight:type() then made:type(self.weight:type()) end
  self.engine = made
  return made
end

-- Calls f(place, place in nn's order, length) for the matrices and the biases of every layer and
-- direction; places count the elements before.
local function parts(self, f)
  local made = engine(self)
  local rows, directions = made.gateCount * made.hiddenSize, made.directions
  local matrix, bias = 0, made.weight:nElement() - 2 * rows * made.layers * directions
  for number = 1, made.layers do
    local length = rows * (sequence.inputs(made, number) + made.hiddenSize)
    for direction = 0, directions - 1 do
      local place = sequence.place(made, number, direction)
      f(matrix, place, length)
      f(bias, place + length, 2 * rows)
      matrix, bias = matrix + length, bias + 2 * rows
    end
  end
end

-- The module with this one's weights and mode.
local function ready(self)
  local made, weight = engine(self), self.weight
  if weight:nElement() ~= made.weight:nElement() then
    raise('%s: expected %d weights, got %s', torch.type(self), made.weight:nElement(),
      F.describe(weight))
  end
  parts(self, function(from, to, length)
    made.weight:narrow(1, to + 1, length):copy(weight:narrow(1, from + 1, length))
  end)
  made.train = self.train ~= false
  return made
end

--- Random weights within +-stdv, by default +-1 / sqrt(hiddenSize), for the present mode and sizes.
function RNN:reset(stdv)
  stdv = stdv or 1 / math.sqrt(self.hiddenSize)
  self.engine = nil
  self.weight:resize(engine(self).weight:nElement()):uniform(-stdv, stdv)
  self.gradWeight:resizeAs(self.weight):zero()
end

--- Forgets the states that were given or remembered: the next sequence starts from 0.
function RNN:resetStates()
  self.hiddenInput, self.cellInput = nil, nil
end

-- What the module of nn is given: the input alone, or with the first states.
local function arguments(self, input)
  local hidden, cell = self.hiddenInput, self.cellInput
  if self.mode ~= 'CUDNN_LSTM' then cell = nil end
  if not (hidden or cell) then return input end
  return {input, hidden or cell:clone():zero(), cell}
end

local function count(self, input)
  need.tensor(self, input, 'input')
  if input.ndim ~= 3 then return end -- nn's module has the error
  local steps = self.batchFirst and 2 or 1
  self.seqLength, self.miniBatch = input:size(steps), input:size(3 - steps)
end

--- The outputs of the last layer, [t n numDirections*hiddenSize]; with batchFirst the first two
-- sizes of input and output change places. hiddenOutput and cellOutput are the last states,
-- [numLayers*numDirections n hiddenSize]; hiddenInput and cellInput, where they are set, the first.
function RNN:updateOutput(input)
  count(self, input)
  local made = ready(self)
  self.given = arguments(self, input)
  self.output = made:updateOutput(self.given)
  self.hiddenOutput = made.hiddenState
  if made.stateCount == 2 then self.cellOutput = made.cellState end
  if self.rememberStates then
    self.hiddenInput = self.hiddenOutput:clone()
    self.cellInput = made.stateCount == 2 and self.cellOutput:clone() or nil
  end
  return self.output
end

-- What the last forward was given, with this input in it.
local function given_with(self, input)
  if type(self.given) ~= 'table' then return input end
  self.given[1] = input
  return self.given
end

--- The gradient of the input; gradHiddenInput and gradCellInput are those of the first states,
-- gradHiddenOutput and gradCellOutput, where they are set, those of the last.
function RNN:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  local made = engine(self)
  made:setGradState(self.gradHiddenOutput, self.gradCellOutput)
  local gradInput = made:updateGradInput(given_with(self, input), gradOutput)
  self.gradInput = torch.isTensor(gradInput) and gradInput or gradInput[1]
  self.gradHiddenInput = made.gradHiddenState
  if made.stateCount == 2 then self.gradCellInput = made.gradCellState end
  return self.gradInput
end

function RNN:accGradParameters(input, gradOutput, scale)
  need.tensor(self, input, 'input')
  local made = engine(self)
  made.gradWeight:zero()
  made:accGradParameters(given_with(self, input), gradOutput, scale or 1)
  parts(self, function(to, from, length)
    self.gradWeight:narrow(1, to + 1, length):add(made.gradWeight:narrow(1, from + 1, length))
  end)
end

-- The parts of the flat weight for every layer and direction: a list for each, of the linear maps
-- of the input and then of the state.
local function linear(self, is_bias)
  local lists = {}
  local gates = engine(self).gateCount
  local index = 0
  parts(self, function(place, _, length)
    index = index + 1
    if (index % 2 == 0) ~= is_bias then return end
    local list = {}
    local of_state = is_bias and length / 2 or gates * self.hiddenSize ^ 2
    for _, all in ipairs {length - of_state, of_state} do
      for _ = 1, gates do
        list[#list + 1] = self.weight:narrow(1, place + 1, all / gates)
        place = place + all / gates
      end
    end
    lists[#lists + 1] = list
  end)
  return lists
end

--- The matrices as vectors: weights()[layer][map], layers and directions counted together.
function RNN:weights() return linear(self, false) end

--- The biases, in the same way.
function RNN:biases() return linear(self, true) end

function RNN:clearDesc()
  self.engine, self.given = nil, nil
end

function RNN:clearState()
  self:clearDesc()
  nn.utils.clear(self, 'hiddenOutput', 'cellOutput', 'gradHiddenInput', 'gradCellInput', 'reserve',
    'dropoutStates')
  return parent.clearState(self)
end

-- The module that computes is made anew.
function RNN:type(type_name, tensorCache)
  if type_name then self:clearDesc() end
  return parent.type(self, type_name, tensorCache)
end

layer.leaves_out(RNN, 'engine', 'given')

for name, row in pairs {
  RNNReLU = {'CUDNN_RNN_RELU'}, RNNTanh = {'CUDNN_RNN_TANH'}, LSTM = {'CUDNN_LSTM'},
  GRU = {'CUDNN_GRU'}, BLSTM = {'CUDNN_LSTM', true}, BGRU = {'CUDNN_GRU', true},
} do
  local class, base = torch.class('cudnn.' .. name, 'cudnn.RNN', classes)

  function class:__init(...)
    base.__init(self, ...)
    self.mode = row[1]
    if row[2] then self.bidirectional, self.numDirections = 'CUDNN_BIDIRECTIONAL', 2 end
    self:reset()
  end
end
