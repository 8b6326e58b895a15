-- nn.SequenceRNN(inputSize, hiddenSize, [options]): h = f(Wi x + bi + Wh h' + bh) with the state h'
-- before, a plain recurrent layer over whole sequences; the option nonlinearity names f: 'tanh' (as
-- without it) or 'relu'. Input forms, other options and fields: nn.SequenceRecurrent. An addition
-- to Torch7. Elman, Finding Structure in Time, 1990.
-- Shapes: [t n inputSize] -> [t n directions*hiddenSize].

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local RNN, parent = torch.class('nn.SequenceRNN', 'nn.SequenceRecurrent')

local cells = {tanh = F.C.LT_CELL_TANH, relu = F.C.LT_CELL_RELU}

function RNN:__init(inputSize, hiddenSize, options)
  local name = options and options.nonlinearity or 'tanh'
  if not cells[name] then
    F.raise('nn.SequenceRNN: nonlinearity must be tanh or relu, got %s', tostring(name))
  end
  parent.__init(self, inputSize, hiddenSize, options, cells[name], 1, 1)
end
