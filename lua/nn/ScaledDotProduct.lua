-- nn.ScaledDotProduct([heads = 1], [options]): y = softmax(q k' / sqrt(d)) v in each head,
-- attention without linear maps, for inputs {q, k, v} or {q, k, v, padding}. padding: how many keys
-- of each sample count [n], or a mask [n tk] with 1 for keys that do not. Options: causal = false,
-- where a query sees the keys of positions up to its own; dropout = 0, of the weights that the
-- softmax gives, in training. A query that sees no key gives 0. The matrix [tq tk] is never made:
-- memory grows with tq + tk. An addition to Torch7. Vaswani et al., Attention Is All You Need,
-- 2017; Dao et al., FlashAttention, 2022.
-- Shapes: {[n tq heads*d], [n tk heads*d], [n tk heads*e]} -> [n tq heads*e].

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'
local attention = require 'nn.attention'

local torch = torch

local ScaledDotProduct, parent = torch.class('nn.ScaledDotProduct', 'nn.Module')

function ScaledDotProduct:__init(heads, options)
  parent.__init(self)
  self.heads = heads or 1
  need.size(self, self.heads, 'number of heads')
  attention.configure(self, options, {causal = true, dropout = true})
  self.gradInput = {torch.Tensor(), torch.Tensor(), torch.Tensor()}
end

local function check_input(self, input)
  need.tensors(self, input, 3)
  if #input > 4 then
    F.raise('%s: expected {query, key, value [, padding]}, got a table of %d', torch.type(self),
      #input)
  end
end

function ScaledDotProduct:updateOutput(input)
  check_input(self, input)
  if input[1]:dim() ~= 3 then
    F.raise('%s: expected a query [n t size], got %s', torch.type(self), F.describe(input[1]))
  end
  attention.forward(self, self.output, input[1], input[2], input[3], input[4], self.heads)
  return self.output
end

function ScaledDotProduct:updateGradInput(input, gradOutput)
  check_input(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  local list = self.gradInput
  attention.backward(self, list, gradOutput, self.output, input[1], input[2], input[3], input[4],
    self.heads)
  list[4] = input[4] and attention.grad_padding(self, input[4])
  return list
end

function ScaledDotProduct:clearState()
  attention.clear(self)
  parent.clearState(self)
  self.gradInput = {self.output.new(), self.output.new(), self.output.new()}
  return self
end

function ScaledDotProduct:__tostring__()
  return ('%s(%d heads%s)'):format(torch.type(self), self.heads, self.causal and ', causal' or '')
end
