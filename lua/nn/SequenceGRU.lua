-- nn.SequenceGRU(inputSize, hiddenSize [, options]): gated recurrent units over whole sequences.
-- Calling forms, options, shapes and fields: nn.SequenceRecurrent. An addition to Torch7.
--
--   [r z a] = Wi x + bi,  [p q b] = Wh h + bh   (rows of the weights in PyTorch's order, r z n)
--   n = tanh(a + sigmoid(r + p) b)              h' = (1 - u) n + u h,  u = sigmoid(z + q)
--
-- Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014, with the reset gate
-- after the product, as in cuDNN.

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local GRU, parent = torch.class('nn.SequenceGRU', 'nn.SequenceRecurrent')

function GRU:__init(inputSize, hiddenSize, options)
  parent.__init(self, inputSize, hiddenSize, options, F.C.LT_CELL_GRU, 3, 1)
end
