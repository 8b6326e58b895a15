-- Rows for gradients_rows.lua, which describes them: attention.

local X, M = {2, 4, 6}, {2, 3, 6}
return {
  {'nn.ScaledDotProduct()', {X, M, {2, 3, 5}}},
  {'nn.ScaledDotProduct(2)', {X, M, M}, {{1, 60, 4}, {1, 150, 4}, {1, 150, 2}}},
  {'nn.ScaledDotProduct(3, {causal = true, dropout = 0.3})', {X, M, {2, 3, 9}}, {M, X, X}},
  {'nn.MultiHeadAttention(6, 2)', X, {X, M}},
  {'nn.MultiHeadAttention(6, 3, {bias = false, causal = true})', X, {1, 1, 6}, {X, M}},
  {'nn.MultiHeadAttention(6, 1, {dropout = 0.2})', X},
}
