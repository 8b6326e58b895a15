-- nn.MultiHeadAttention(size, heads, [options]): attention of several heads between linear maps,
-- q = Wq x + bq, k = Wk m + bk, v = Wv m + bv, y = Wo softmax(q k' / sqrt(d)) v + bo, with the
-- softmax in each head of d = size/heads elements. The input x is its own memory m, or a table
-- {x, m}, {x, padding}, {x, m, padding}. Options: causal = false, dropout = 0 (both, and padding:
-- nn.ScaledDotProduct), bias = true. weight [4*size size] holds Wq, Wk, Wv and Wo, bias [4*size]
-- theirs; the first three are PyTorch's in_proj. An addition to Torch7. Vaswani et al., Attention
-- Is All You Need, 2017.
-- Shapes: [n t size] or {[n t size], [n s size]} -> [n t size].

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'
local attention = require 'nn.attention'

local C, check, raise = F.C, F.check, F.raise
local places = attention.places
local torch = torch

local MultiHeadAttention, parent = torch.class('nn.MultiHeadAttention', 'nn.Module')

local tensors = {'projected', 'projectedMemory', 'context', 'gradContext', 'gradProjected',
  'gradProjectedMemory', 'gradQuery', 'gradMemory', 'weightSums', 'biasSums'}

function MultiHeadAttention:__init(size, heads, options)
  parent.__init(self)
  need.size(self, size, 'size')
  need.size(self, heads, 'number of heads')
  if size % heads ~= 0 then
    raise('%s: size %d cannot be divided among %d heads', torch.type(self), size, heads)
  end
  attention.configure(self, options, {causal = true, dropout = true, bias = true})
  self.size, self.heads = size, heads
  self.weight, self.gradWeight = torch.Tensor(4 * size, size), torch.Tensor(4 * size, size):zero()
  if not (options and options.bias == false) then
    self.bias, self.gradBias = torch.Tensor(4 * size), torch.Tensor(4 * size):zero()
  end
  for _, name in ipairs(tensors) do self[name] = torch.Tensor() end
  self.gradTable = {}
  self:reset()
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(size); biases are 0.
function MultiHeadAttention:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.size)
  self.weight:uniform(-stdv, stdv)
  if self.bias then self.bias:zero() end
  return self
end

-- [n t c] as [n*t c]; a copy where t is not contiguous.
local function rows(t) return t:contiguous():view(-1, t:size(3)) end

-- `count` of the four maps from number `first` on: weights or biases.
local function maps(self, t, first, count)
  return t and t:narrow(1, (first - 1) * self.size + 1, count * self.size)
end

-- to [n t count*size] = maps of x
local function project(self, to, x, first, count)
  to:resize(x:size(1) * x:size(2), count * self.size)
  check(C.lt_linear(to, rows(x), maps(self, self.weight, first, count),
    maps(self, self.bias, first, count)))
  return to:resize(x:size(1), x:size(2), count * self.size)
end

-- Queries, keys and values as parts of projected (and projectedMemory).
local function parts(self, projected, projectedMemory, memory)
  local c, other = self.size, memory and projectedMemory or projected
  local first = memory and 0 or 1
  return projected:narrow(3, 1, c), other:narrow(3, first * c + 1, c),
    other:narrow(3, (first + 1) * c + 1, c)
end

function MultiHeadAttention:updateOutput(input)
  local x, memory, padding = places(self, input)
  project(self, self.projected, x, 1, memory and 1 or 3)
  if memory then project(self, self.projectedMemory, input[memory], 2, 2) end
  local q, k, v = parts(self, self.projected, self.projectedMemory, memory)
  attention.forward(self, self.context, q, k, v, padding and input[padding], self.heads)
  return (project(self, self.output, self.context, 4, 1))
end

-- to [n t size] = gradient through maps
local function project_back(self, to, gradient, first, count)
  check(C.lt_linear_grad_input(to:resize(gradient:size(1) * gradient:size(2), self.size),
    rows(gradient), maps(self, self.weight, first, count)))
  return to:resize(gradient:size(1), gradient:size(2), self.size)
end

function MultiHeadAttention:updateGradInput(input, gradOutput)
  local x, memory, padding = places(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  if not gradOutput:isSameSizeAs(self.output) then
    raise('%s: gradOutput should be of the size of the output %s, got %s', torch.type(self),
      F.describe(self.output), F.describe(gradOutput))
  end
  project_back(self, self.gradContext, gradOutput, 4, 1)
  self.gradProjected:resizeAs(self.projected)
  if memory then self.gradProjectedMemory:resizeAs(self.projectedMemory) end
  local q, k, v = parts(self, self.projected, self.projectedMemory, memory)
  local gradients = {parts(self, self.gradProjected, self.gradProjectedMemory, memory)}
  attention.backward(self, gradients, self.gradContext, self.context, q, k, v,
    padding and input[padding], self.heads)
  self.gradInput = project_back(self, self.gradQuery, self.gradProjected, 1, memory and 1 or 3)
  if input == x then return self.gradInput end
  local list = self.gradTable
  list[1], list[2], list[3] = self.gradInput, nil, nil
  if memory then
    list[memory] = project_back(self, self.gradMemory, self.gradProjectedMemory, 2, 2)
  end
  if padding then list[padding] = attention.grad_padding(self, input[padding]) end
  self.gradInput = list
  return list
end

-- The gradients of maps of x.
local function accumulate(self, x, gradient, first, count)
  check(C.lt_linear_grad_weight(maps(self, self.weightSums, first, count),
    self.bias and maps(self, self.biasSums, first, count), rows(x), rows(gradient), 1))
end

--- Uses what updateGradInput computed, so that the one has to follow the other.
function MultiHeadAttention:accGradParameters(input, gradOutput, scale)
  local x, memory = places(self, input)
  self.weightSums:resizeAs(self.gradWeight):zero() -- added at once, or not at all
  if self.bias then self.biasSums:resizeAs(self.gradBias):zero() end
  accumulate(self, x, self.gradProjected, 1, memory and 1 or 3)
  if memory then accumulate(self, input[memory], self.gradProjectedMemory, 2, 2) end
  accumulate(self, self.context, gradOutput, 4, 1)
  self.gradWeight:add(scale or 1, self.weightSums)
  if self.bias then self.gradBias:add(scale or 1, self.biasSums) end
end

function MultiHeadAttention:sharedAccUpdateGradParameters(input, gradOutput, lr)
  self:defaultAccUpdateGradParameters(input, gradOutput, lr)
end

function MultiHeadAttention:clearState()
  attention.clear(self)
  self.gradInput, self.gradTable = self.gradQuery, {}
  nn.utils.clear(self, tensors)
  return parent.clearState(self)
end

function MultiHeadAttention:__tostring__()
  return ('%s(%d, %d heads%s)%s'):format(torch.type(self), self.size, self.heads,
    self.causal and ', causal' or '', self.bias and '' or ' without bias')
end
