-- nn.MixtureTable([dim]): sum of gater_k * expert_k. Inputs {gater [n k],
-- {expert 1, ..., expert k}}, each expert [n ...], or {gater [n k], experts} with the experts along
-- dimension dim (default 2) of one tensor; without the dimension n (and with dim 1) a single
-- sample.
-- Shapes: {[n k], {[n ...], ...}} or {[n k], [n k ...]} -> [n ...].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local MixtureTable, parent = torch.class('nn.MixtureTable', 'nn.Module')

function MixtureTable:__init(dim)
  parent.__init(self)
  if dim ~= nil then need.size(self, dim, 'dimension') end
  self.dim = dim
  self.gradInput = {torch.Tensor(), {}}
end

-- Gater, experts, their number, and the dimension of a tensor of experts.
local function parts(self, input)
  need.table(self, input, 'input', 2)
  local gater, experts = input[1], input[2]
  need.tensor(self, gater, 'gater')
  local dims = gater:dim()
  if dims ~= 1 and dims ~= 2 then
    raise('nn.MixtureTable: expected a gater [n k] or [k], got %s', F.describe(gater))
  end
  local count = gater:size(dims)
  local dim, found
  if F.is_tensor(experts) then
    dim = self.dim or dims
    found = dim <= experts:dim() and experts:size(dim)
      or raise('nn.MixtureTable: no dimension %d in experts %s', dim, F.describe(experts))
  else
    need.tensors(self, experts, 1)
    need.alike(self, experts)
    found = #experts
  end
  if found ~= count then
    raise('nn.MixtureTable: a gater %s for %d experts', F.describe(gater), found)
  end
  local first = dim and experts or experts[1]
  if dims == 2 and first:size(1) ~= gater:size(1) then
    raise('nn.MixtureTable: a gater %s for experts %s', F.describe(gater), F.describe(first))
  end
  return gater, experts, count, dim
end

-- The weights of expert i (of all experts along dim) as a view that has the sizes of t.
local function weights(gater, t, i, dim)
  local batch, view = gater:dim() == 2, gater
  if not dim then
    view = batch and gater:select(2, i) or gater:narrow(1, i, 1)
  else
    for d = batch and 2 or 1, dim - 1 do view = nn.utils.addSingletonDimension(view, d) end
  end
  for d = view:dim() + 1, t:dim() do view = nn.utils.addSingletonDimension(view, d) end
  return view:expandAs(t)
end

function MixtureTable:updateOutput(input)
  local gater, experts, count, dim = parts(self, input)
  local work, output = buffer(self, '_expert', gater), self.output
  if dim then
    work:resizeAs(experts):cmul(experts, weights(gater, experts, nil, dim))
    return output:set(output:sum(work, dim):select(dim, 1))
  end
  output:resizeAs(experts[1]):cmul(experts[1], weights(gater, experts[1], 1))
  for i = 2, count do output:addcmul(experts[i], weights(gater, experts[i], i)) end
  return output
end

-- t summed over all but the dimensions `keep` (one or two of them), as a matrix or vector.
local function summed(self, t, ...)
  local keep = {...}
  local sum = buffer(self, '_sum', t)
  for d = t:dim(), 1, -1 do
    if d ~= keep[1] and d ~= keep[2] then
      sum:sum(t, d)
      t = sum
    end
  end
  return t
end

local function table_gradients(self, gater, experts, count, gradOutput)
  local batch = gater:dim() == 2
  local g, list, work = self.gradInput[1], self.gradInput[2], buffer(self, '_expert', gater)
  for i = 1, count do
    work:resizeAs(gradOutput):cmul(experts[i], gradOutput)
    g:narrow(g:dim(), i, 1):copy(summed(self, work, batch and 1))
    list[i] = list[i] or gater.new()
    list[i]:resizeAs(gradOutput):cmul(gradOutput, weights(gater, gradOutput, i))
  end
  for i = count + 1, #list do list[i] = nil end
end

local function tensor_gradients(self, gater, experts, dim, gradOutput)
  local spread = nn.utils.addSingletonDimension(gradOutput, dim):expandAs(experts)
  local work = buffer(self, '_expert', gater):resizeAs(experts):cmul(experts, spread)
  self.gradInput[1]:copy(summed(self, work, gater:dim() == 2 and 1 or dim, dim))
  self.gradInput[2]:resizeAs(experts):cmul(spread, weights(gater, experts, nil, dim))
end

function MixtureTable:updateGradInput(input, gradOutput)
  local gater, experts, count, dim = parts(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  if not gradOutput:isSameSizeAs(self.output) then
    raise('nn.MixtureTable: the output is %s, gradOutput %s', F.describe(self.output),
      F.describe(gradOutput))
  end
  self.gradInput[1] = (self.gradInput[1] or gater.new()):resizeAs(gater)
  if F.is_tensor(self.gradInput[2]) ~= (dim ~= nil) then self.gradInput[2] = nil end
  if dim then
    self.gradInput[2] = self.gradInput[2] or experts.new()
    tensor_gradients(self, gater, experts, dim, gradOutput)
  else
    self.gradInput[2] = self.gradInput[2] or {}
    table_gradients(self, gater, experts, count, gradOutput)
  end
  return self.gradInput
end

function MixtureTable:clearState()
  nn.utils.clear(self, '_expert', '_sum')
  return parent.clearState(self)
end
