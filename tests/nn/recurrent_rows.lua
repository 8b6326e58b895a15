-- Rows for gradients_rows.lua, which describes them: recurrent layers over whole sequences.

local X, H = {4, 2, 3}, {1, 2, 5}
return {
  {'nn.SequenceLSTM(3, 5)', X, {X, H}, {X, H, H}},
  {'nn.SequenceLSTM(3, 5, {bias = false})', X},
  {'nn.SequenceLSTM(3, 2, {layers = 2, bidirectional = true, dropout = 0.3})', X,
    {X, {4, 2, 2}, {4, 2, 2}}},
  {'nn.SequenceLSTM(3, 5, {batchFirst = true})', X, {1, 1, 3}, {X, {1, 4, 5}, {1, 4, 5}}},
  {'nn.SequenceGRU(3, 5)', X, {X, H}}, {'nn.SequenceGRU(3, 5, {bias = false})', X},
  {'nn.SequenceGRU(3, 2, {layers = 3, bidirectional = true, batchFirst = true})', {2, 3, 3}},
  {'nn.SequenceRNN(3, 5)', X, {X, H}}, {'nn.SequenceRNN(3, 5, {bidirectional = true})', X},
  {'nn.SequenceRNN(3, 2, {nonlinearity = "relu", layers = 2})', X},
}
