-- A network of LSTM layers over characters, made of nn modules, and its unrolling over time.

local lstm = {}

-- Entries i and i + 1 of a table, multiplied.
local function product(i)
  return nn.Sequential():add(nn.NarrowTable(i, 2)):add(nn.CMulTable())
end

-- One step of one layer: {input, h, c} -> {new h, new c}, h and c being [n size]. transform: the
-- module that makes [n 4 * size] of the input. Hochreiter and Schmidhuber, Long short-term memory,
-- 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000.
local function cell(transform, size)
  local recurrent = nn.Linear(size, 4 * size)
  recurrent.bias:zero():narrow(1, 3 * size + 1, size):fill(1) -- it begins by remembering
  local gates = nn.Sequential()
    :add(nn.NarrowTable(1, 2))
    :add(nn.ParallelTable():add(transform):add(recurrent))
    :add(nn.CAddTable())
    :add(nn.View(4, size):setNumInputDims(1))
    :add(nn.SplitTable(1, 2))
    :add(nn.ParallelTable():add(nn.Sigmoid()):add(nn.Sigmoid()):add(nn.Tanh()):add(nn.Sigmoid()))
  local new_c = nn.Sequential()
    :add(nn.ConcatTable():add(product(2)):add(product(4)))
    :add(nn.CAddTable())
  local new_h = nn.Sequential()
    :add(nn.ParallelTable():add(nn.Identity()):add(nn.Tanh()))
    :add(nn.CMulTable())
  return nn.Sequential()
    :add(nn.ConcatTable():add(gates):add(nn.SelectTable(3)))
    :add(nn.FlattenTable())                                      -- {out, in, candidate, forget, c}
    :add(nn.ConcatTable():add(nn.SelectTable(1)):add(new_c))     -- {out, new c}
    :add(nn.ConcatTable():add(new_h):add(nn.SelectTable(2)))     -- {new h, new c}
end

--- A container of one cell per layer and, last, the decoder: the table of the top layer's h at each
-- step to the log-probabilities [steps * n, vocabulary] of the next character. dropout: probability
-- of an h to be dropped on its way up.
function lstm.network(vocabulary, size, layers, dropout)
  local network = nn.Container()
  for layer = 1, layers do
    local transform
    if layer == 1 then
      transform = nn.LookupTable(vocabulary, 4 * size)
      transform.weight:mul(0.1)
    else
      transform = nn.Sequential():add(nn.Dropout(dropout)):add(nn.Linear(size, 4 * size))
    end
    network:add(cell(transform, size))
  end
  network:add(nn.Sequential()
    :add(nn.JoinTable(1))
    :add(nn.Dropout(dropout))
    :add(nn.Linear(size, vocabulary))
    :add(nn.LogSoftMax()))
  return network
end

local Unrolled = {}
Unrolled.__index = Unrolled

--- The network over `length` steps: each layer has a cell for each step, with the same parameters
-- and gradients. n: number of sequences side by side. To be made after getParameters.
function lstm.unroll(network, length, n)
  local layers = network:size() - 1
  local size = network:get(layers + 1):get(3).weight:size(2)
  local tensor = network:get(layers + 1):get(3).weight.new
  local self = {layers = layers, length = length, decoder = network:get(layers + 1),
    cells = {}, inputs = {}, state = {}, hidden = {}, zero = tensor(n, size):zero()}
  for l = 1, layers do
    self.cells[l], self.inputs[l] = {network:get(l)}, {{}}
    for t = 2, length do
      self.cells[l][t] = network:get(l):clone('weight', 'bias', 'gradWeight', 'gradBias')
      self.inputs[l][t] = {}
    end
    self.state[l] = {tensor(n, size):zero(), tensor(n, size):zero()}
  end
  return setmetatable(self, Unrolled)
end

--- Switches dropout on or off.
function Unrolled:training(on)
  local mode = on and 'training' or 'evaluate'
  self.decoder[mode](self.decoder)
  for l = 1, self.layers do
    for t = 1, self.length do self.cells[l][t][mode](self.cells[l][t]) end
  end
end

--- Forgets the state that the steps before this window have left.
function Unrolled:reset()
  for l = 1, self.layers do
    self.state[l][1]:resizeAs(self.zero):zero()
    self.state[l][2]:resizeAs(self.zero):zero()
  end
end

--- Log-probabilities [length * n, vocabulary] of the characters after each of the inputs, a tensor
-- [length n] of character numbers, starting from the state.
function Unrolled:forward(characters)
  for t = 1, self.length do
    local x = characters[t]
    for l = 1, self.layers do
      local before = t == 1 and self.state[l] or self.cells[l][t - 1].output
      local input = self.inputs[l][t]
      input[1], input[2], input[3] = x, before[1], before[2]
      x = self.cells[l][t]:forward(input)[1]
    end
    self.hidden[t] = x
  end
  return self.decoder:forward(self.hidden)
end

--- Adds the gradients of the parameters, for the inputs of the last forward. Gradients do not reach
-- back beyond the first step: truncated backpropagation through time.
function Unrolled:backward(gradient)
  local from_above = self.decoder:backward(self.hidden, gradient)
  for t = self.length, 1, -1 do
    local dh = from_above[t]
    for l = self.layers, 1, -1 do
      local cells = self.cells[l]
      local dc = self.zero
      if t < self.length then
        local after = cells[t + 1].gradInput
        dh, dc = after[2]:add(dh), after[3]
      end
      dh = cells[t]:backward(self.inputs[l][t], {dh, dc})[1]
    end
  end
end

--- Makes the state after the last step the one before the next window.
function Unrolled:advance()
  for l = 1, self.layers do
    local last = self.cells[l][self.length].output
    self.state[l][1]:copy(last[1])
    self.state[l][2]:copy(last[2])
  end
end

return lstm
