-- Recurrent layers and attention; PyTorch's twins have the same weights. The check of
-- forward_backward is the gradient of the input.

local nn = require 'nn'
local harness = require 'harness'

if not nn.SequenceLSTM then return end -- Torch7

-- name, layer, sizes of the input
local layers = {
  {'lstm', function() return nn.SequenceLSTM(128, 128) end, {50, 32, 128}},
  {'gru', function() return nn.SequenceGRU(128, 128) end, {50, 32, 128}},
  {'rnn', function() return nn.SequenceRNN(128, 128) end, {50, 32, 128}},
  {'attention256', function() return nn.MultiHeadAttention(256, 8) end, {8, 256, 256}},
  {'attention2048', function() return nn.MultiHeadAttention(256, 8) end, {1, 2048, 256}},
}

for _, row in ipairs(layers) do
  local name, make, sizes = unpack(row)

  local function pass(which, statement, result)
    harness.case('sequence.' .. name .. '.' .. which, function()
      local layer = make()
      harness.fill(layer.weight, 1, 0.25)
      if layer.bias then layer.bias:zero() end
      local x = harness.tensor(0, unpack(sizes))
      local g = harness.fill(layer:forward(x):clone(), 3)
      layer:zeroGradParameters()
      return harness.loop(statement, {layer = layer, x = x, g = g}),
        function() return layer[result] end
    end)
  end
  pass('forward', 'layer:forward(x)', 'output')
  pass('forward_backward', 'layer:forward(x); layer:backward(x, g)', 'gradInput')
end
