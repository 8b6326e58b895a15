-- Gradients by finite differences of layers that take lengths or a mask besides: recurrent layers
-- over sequences of several lengths, attention with padding.

local torch = require 'torch'
local jacobian = require 'nn.jacobian'
require 'nn'

local LENGTHS = torch.LongTensor {3, 1}
local MASK = torch.ByteTensor {{0, 0, 1, 0}, {1, 0, 0, 1}}
local S, H = {4, 2, 3}, {4, 2, 2} -- sequences, states
local X, Y = {2, 3, 6}, {2, 4, 6} -- queries; keys and values

-- {constructor, lengths or mask, shapes of the other inputs...}
local rows = {
  {'nn.SequenceLSTM(3, 2, {layers = 2, bidirectional = true})', LENGTHS, S},
  {'nn.SequenceGRU(3, 2, {layers = 2, bidirectional = true})', LENGTHS, S},
  {'nn.SequenceRNN(3, 2, {layers = 2, bidirectional = true})', LENGTHS, S},
  {'nn.SequenceLSTM(3, 5, {batchFirst = true})', LENGTHS, {2, 4, 3}},
  {'nn.ScaledDotProduct(2)', MASK, X, Y, Y}, {'nn.ScaledDotProduct(3)', LENGTHS, X, Y, Y},
  {'nn.ScaledDotProduct(2, {causal = true})', MASK, Y, Y, Y},
  {'nn.ScaledDotProduct(2, {causal = true})', LENGTHS, Y, Y, {2, 4, 2}},
  {'nn.MultiHeadAttention(6, 2)', MASK, X, Y}, {'nn.MultiHeadAttention(6, 2)', LENGTHS, X, Y},
  {'nn.MultiHeadAttention(6, 3, {causal = true})', MASK, Y},
  {'nn.MultiHeadAttention(6, 3, {causal = true, bias = false})', LENGTHS, Y},
}

describe('gradients with lengths or a mask:', function()
  for _, row in ipairs(rows) do
    local what = row[2]:dim() == 1 and 'lengths' or 'a mask'
    it(('%s with %s and %d more'):format(row[1], what, #row - 2), function()
      torch.manualSeed(23)
      local m = assert(loadstring('return ' .. row[1]))()
      for _, p in ipairs(m:parameters() or {}) do p:uniform(-1, 1) end
      local list = {}
      for i = 3, #row do list[i - 2] = torch.randn(unpack(row[i])) end
      jacobian.check_module(jacobian.with(m, row[2]), #list == 1 and list[1] or list, 1e-7)
    end)
  end

  it('with lengths and first states', function()
    torch.manualSeed(23)
    local m = nn.SequenceLSTM(3, 2, {layers = 2, bidirectional = true})
    local ordered = {forward = function(_, x) return m:forward {x[1], LENGTHS, x[2], x[3]} end}
    function ordered:backward(x, gradOutput, scale)
      local g = m:backward({x[1], LENGTHS, x[2], x[3]}, gradOutput, scale)
      self.gradInput = {g[1], g[3], g[4]}
      return self.gradInput
    end
    setmetatable(ordered, {__index = m})
    local x = {torch.randn(unpack(S)), torch.randn(unpack(H)), torch.randn(unpack(H))}
    jacobian.check_module(ordered, x, 1e-7)
  end)
end)
