-- Gradients of nn.IndexLinear as rows, one for each entry of a batch.

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local sparse = require 'nn.sparse'

local C, check = F.C, F.check

local rows = {}

--- What keeps the rows of several backward passes; counter is the number of the next one.
function rows.fresh()
  return {cumSumSizes = {}, keys = {}, gradWeight = {}, gradShift = {}, counter = 1}
end

--- The values that are multiplied with the weight.
function rows.factors(self)
  return self.normalize > 0 and buffer(self, 'normalizedValues', self.weight) or self.values
end

--- Gradients of the last forward as rows in the fields of `into` with number i.
function rows.add(self, into, i, gradOutput, scale)
  local g = sparse.gradient(self, gradOutput, self.outputSize)
  local r = buffer(into.gradWeight, i, self.weight)
  check(C.lt_sparse_rows(r, rows.factors(self), self.cumSumSizes, g, scale))
  beside.long(into.keys, i, self.keys):resizeAs(self.keys):copy(self.keys)
  if self.normalize > 0 then
    local shifts = buffer(into.gradShift, i, self.weight)
    check(C.lt_sparse_shifts(shifts, self.keys, self.cumSumSizes, g, self.weight, scale))
  end
  return g
end

--- bias += scale * sum of the rows of g.
function rows.add_sums(self, bias, g, scale)
  bias:add(scale, buffer(self, '_sum', g):sum(g, 1))
end

--- Moves the weight by -lr times the rows with number i.
function rows.apply(self, from, i, lr)
  check(C.lt_sparse_rows_update(self.weight, from.keys[i], from.gradWeight[i],
    self.normalize > 0 and from.gradShift[i] or nil, lr, lr * (self.weightDecay or 0)))
end

return rows
