-- nn.SequenceGRU(inputSize, hiddenSize, [options]): h = (1 - u) m + u h', m = tanh(a + sigmoid(r +
-- p) b), u = sigmoid(z + q), [r z a] = Wi x + bi and [p q b] = Wh h' + bh with the state h' before
-- (the rows of the weights in this order, PyTorch's): gated recurrent units over whole sequences.
-- Input forms, options and fields: nn.SequenceRecurrent. An addition to Torch7. Cho et al.,
-- Learning Phrase Representations using RNN Encoder-Decoder, 2014, with the reset gate after the
-- product, as in cuDNN.
-- Shapes: [t n inputSize] -> [t n directions*hiddenSize].

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local GRU, parent = torch.class('nn.SequenceGRU', 'nn.SequenceRecurrent')

function GRU:__init(inputSize, hiddenSize, options)
  parent.__init(self, inputSize, hiddenSize, options, F.C.LT_CELL_GRU, 3, 1)
end
