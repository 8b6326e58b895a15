-- nn.SequenceRNN(inputSize, hiddenSize [, options]): plain recurrent layer over whole sequences,
-- h' = f(Wi x + bi + Wh h + bh), where the option nonlinearity names f: 'tanh' (default) or 'relu'.
-- Calling forms, other options, shapes and fields: nn.SequenceRecurrent. An addition to Torch7.
-- Elman, Finding Structure in Time, 1990.

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
