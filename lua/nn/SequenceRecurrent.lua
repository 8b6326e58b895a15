-- nn.SequenceRecurrent(inputSize, hiddenSize, [options], cell, gates, states): base of
-- nn.SequenceLSTM, nn.SequenceGRU and nn.SequenceRNN, which choose the last three; recurrent layers
-- h[t] = cell(x[t], h[t - 1]) over whole sequences. Options: layers = 1; bidirectional = false;
-- batchFirst = false, with inputs and outputs [n t ...]; dropout = 0, of the outputs of all layers
-- but the last; bias = true. Additions to Torch7.
--
-- The input can be a table: {x}, {x, lengths}, {x, h0} and so on up to {x, lengths, h0, c0}.
-- lengths [n]: how many steps of each sample count; the output is 0 after them, and the second
-- direction starts at the last of them. h0, c0 [layers*directions n hiddenSize]: first states, 0
-- without them; first layer forwards, first layer backwards, second layer forwards and so on.
--
-- Fields: hiddenState (and cellState of LSTM), the states after the last steps, shaped as h0;
-- gradHiddenState, gradCellState: after backward the gradients of the first states. weight: all
-- parameters in one vector, for each layer and direction Wi [gates*hiddenSize inputs], Wh
-- [gates*hiddenSize hiddenSize], bi and bh [gates*hiddenSize], in PyTorch's order;
-- module:weights(layer, direction) has views of them. accGradParameters uses what updateGradInput
-- computed, so the one has to follow the other.
-- Shapes: [t n inputSize] -> [t n directions*hiddenSize].

local F = require 'torch.ffi'
local nn = require 'nn'
local sequence = require 'nn.sequence'

local C, check, is_tensor = F.C, F.check, F.is_tensor
local buffer, resize = sequence.buffer, sequence.resize
local output_of, input_of, drops = sequence.output, sequence.input, sequence.drops
local torch = torch

local Recurrent, parent = torch.class('nn.SequenceRecurrent', 'nn.Module')

-- Tensors, and lists of tensors for layers or for their directions, that are not saved.
local tensors = {'hiddenState', 'cellState', 'firstHidden', 'firstCell', 'gradHiddenState',
  'gradCellState', 'gradFirst', 'gradLengths', 'gradSums', 'sequence', 'gradOutputSequence',
  'gradSequence'}
local lists = {'gates', 'extras', 'gradGates', 'gradExtras', 'outputs', 'dropped', 'noise',
  'gradOutputs', 'gradTable'}

--- cell: its number in C, which has `gates` gates and 1 or 2 states.
function Recurrent:__init(inputSize, hiddenSize, options, cell, gates, states)
  parent.__init(self)
  sequence.configure(self, inputSize, hiddenSize, options)
  self.cell, self.gateCount, self.stateCount, self.train = cell, gates, states, true
  local size = sequence.place(self, self.layers + 1, 0)
  self.weight, self.gradWeight = torch.Tensor(size), torch.Tensor(size):zero()
  for _, name in ipairs(tensors) do self[name] = torch.Tensor() end
  for _, name in ipairs(lists) do self[name] = {} end
  self:reset()
end

--- Uniform numbers in +-stdv, by default +-1 / sqrt(hiddenSize).
function Recurrent:reset(stdv)
  stdv = stdv or 1 / math.sqrt(self.hiddenSize)
  self.weight:uniform(-stdv, stdv)
  return self
end

--- Tables of views of the parameters of a layer and direction (1, or 2: backwards) and of their
-- gradients: input [gates*hiddenSize inputs], hidden [gates*hiddenSize hiddenSize], and with biases
-- inputBias, hiddenBias [gates*hiddenSize].
function Recurrent:weights(layer, direction)
  return sequence.views(self, self.weight, layer, direction or 1),
    sequence.views(self, self.gradWeight, layer, direction or 1)
end

function Recurrent:updateOutput(input)
  local lengths, h0, c0 = sequence.places(self, input)
  local x = sequence.steps_first(self, self.sequence, is_tensor(input) and input or input[1],
    'an input', self.inputSize)
  local t, n, directions = x:size(1), x:size(2), self.directions
  lengths = lengths and sequence.lengths(self, input[lengths])
  local hidden, cell = self.hiddenState, self.cellState
  local first = sequence.state(self, self.firstHidden, h0 and input[h0], 'h0', n)
  hidden:resizeAs(first):copy(first)
  if self.stateCount == 2 then
    first = sequence.state(self, self.firstCell, c0 and input[c0], 'c0', n)
    cell:resizeAs(first):copy(first)
  end
  for layer = 1, self.layers do
    local y = resize(output_of(self, layer), t, n, directions * self.hiddenSize)
    for d = 0, directions - 1 do
      local slot = (layer - 1) * directions + d
      check(C.lt_recurrent(y, buffer(self, self.gates, slot + 1),
        buffer(self, self.extras, slot + 1), hidden, cell, x, self.weight, lengths, self.cell, d,
        slot, sequence.place(self, layer, d), self.biased and 1 or 0))
    end
    x = y
    if layer < self.layers and drops(self) then
      local noise = buffer(self, self.noise, layer)
      noise:resizeAs(y):bernoulli(1 - self.dropout):div(1 - self.dropout)
      x = buffer(self, self.dropped, layer):cmul(y, noise)
    end
  end
  if self.batchFirst then sequence.samples_first(self.output, x) end
  return self.output
end

--- Gives the gradients of the states after the last steps, which the following backward passes add
-- to what comes through the output; without arguments they are 0 again.
function Recurrent:setGradState(gradHidden, gradCell)
  self.gradLastHidden, self.gradLastCell = gradHidden, gradCell
  return self
end

function Recurrent:updateGradInput(input, gradOutput)
  local lengths, h0, c0 = sequence.places(self, input)
  local gy = sequence.grad_output(self, gradOutput)
  local t, n, directions = gy:size(1), gy:size(2), self.directions
  local dh, dc = self.gradHiddenState, self.gradCellState
  sequence.state(self, dh, self.gradLastHidden, 'gradHidden', n)
  if self.stateCount == 2 then sequence.state(self, dc, self.gradLastCell, 'gradCell', n) end
  for layer = self.layers, 1, -1 do
    local gx = layer > 1 and buffer(self, self.gradOutputs, layer - 1)
      or self.batchFirst and self.gradSequence or self.gradFirst
    resize(gx, t, n, sequence.inputs(self, layer))
    for d = 0, directions - 1 do
      local slot = (layer - 1) * directions + d
      check(C.lt_recurrent_grad(gx, buffer(self, self.gradGates, slot + 1),
        buffer(self, self.gradExtras, slot + 1), dh, dc, gy, self.gates[slot + 1],
        self.extras[slot + 1], output_of(self, layer), self.firstHidden, self.firstCell,
        self.weight, lengths and self.lengths, self.cell, d, slot, sequence.place(self, layer, d),
        self.biased and 1 or 0, d))
    end
    if layer > 1 and drops(self) then gx:cmul(self.noise[layer - 1]) end
    gy = gx
  end
  if self.batchFirst then sequence.samples_first(self.gradFirst, gy) end
  if is_tensor(input) then
    self.gradInput = self.gradFirst
    return self.gradInput
  end
  local list = self.gradTable
  list[1], list[2], list[3], list[4] = self.gradFirst, nil, nil, nil
  if lengths then list[lengths] = self.gradLengths:resize(n):zero() end
  if h0 then list[h0] = dh end
  if c0 then list[c0] = dc end
  self.gradInput = list
  return list
end

function Recurrent:accGradParameters(input, _, scale)
  local x = self.batchFirst and self.sequence or is_tensor(input) and input or input[1]
  local lengths = sequence.places(self, input) and self.lengths
  local sums = self.gradSums:resizeAs(self.gradWeight):zero() -- added at once, or not at all
  for layer = 1, self.layers do
    if layer > 1 then x = input_of(self, layer) end
    for d = 0, self.directions - 1 do
      local slot = (layer - 1) * self.directions + d
      check(C.lt_recurrent_grad_weight(sums, x, output_of(self, layer),
        self.firstHidden, self.gradGates[slot + 1], self.gradExtras[slot + 1], lengths, self.cell,
        d, slot, sequence.place(self, layer, d), self.biased and 1 or 0, 1))
    end
  end
  self.gradWeight:add(scale or 1, sums)
end

function Recurrent:sharedAccUpdateGradParameters(input, gradOutput, lr)
  self:defaultAccUpdateGradParameters(input, gradOutput, lr)
end

function Recurrent:clearState()
  self.gradInput, self.lengths = self.gradFirst, nil
  nn.utils.clear(self, tensors)
  nn.utils.clear(self, lists)
  return parent.clearState(self)
end

function Recurrent:__tostring__()
  return ('%s(%d -> %d%s%s)%s'):format(torch.type(self), self.inputSize,
    self.directions * self.hiddenSize, self.layers > 1 and ', ' .. self.layers .. ' layers' or '',
    self.directions > 1 and ', bidirectional' or '', self.biased and '' or ' without bias')
end
