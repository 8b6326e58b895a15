-- nn.SequenceLSTM(inputSize, hiddenSize [, options]): long short-term memory over whole sequences.
-- Calling forms, options, shapes and fields: nn.SequenceRecurrent. An addition to Torch7.
--
--   [i f g o] = Wi x + bi + Wh h + bh           (rows of the weights in this order, PyTorch's)
--   c' = sigmoid(f) c + sigmoid(i) tanh(g)      h' = sigmoid(o) tanh(c')
--
-- Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Gers et al., Learning to Forget, 2000.

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local LSTM, parent = torch.class('nn.SequenceLSTM', 'nn.SequenceRecurrent')

function LSTM:__init(inputSize, hiddenSize, options)
  parent.__init(self, inputSize, hiddenSize, options, F.C.LT_CELL_LSTM, 4, 2)
end
