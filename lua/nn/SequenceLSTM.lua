-- nn.SequenceLSTM(inputSize, hiddenSize, [options]): c = sigmoid(f) c' + sigmoid(i) tanh(g) and
-- h = sigmoid(o) tanh(c), [i f g o] = Wi x + bi + Wh h' + bh with the states h' and c' before (the
-- rows of the weights in this order, PyTorch's): long short-term memory over whole sequences. Input
-- forms, options and fields: nn.SequenceRecurrent. An addition to Torch7. Hochreiter and
-- Schmidhuber, Long Short-Term Memory, 1997; Gers et al., Learning to Forget, 2000.
-- Shapes: [t n inputSize] -> [t n directions*hiddenSize].

local F = require 'torch.ffi'
require 'nn'

local torch = torch

local LSTM, parent = torch.class('nn.SequenceLSTM', 'nn.SequenceRecurrent')

function LSTM:__init(inputSize, hiddenSize, options)
  parent.__init(self, inputSize, hiddenSize, options, F.C.LT_CELL_LSTM, 4, 2)
end
