-- Entries of a batch of sparse samples, as the ops on them take it: self.keys (LongTensor) and
-- self.values of all samples one after the other, self.cumSumSizes the place where each one ends.

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local rows = require 'nn.rows'

local torch = torch

local sparse = {}

--- The samples [nnz 2] of an input as a table, and whether it was a single one.
function sparse.pairs(self, input)
  local samples, single = input, false
  if F.is_tensor(input) then
    single = input:dim() == 2
    if input:dim() == 3 then
      samples = {}
      for i = 1, input:size(1) do samples[i] = input:select(1, i) end
    else
      samples = {input}
    end
  end
  need.tensors(self, samples, 1)
  for i, sample in ipairs(samples) do
    if sample:dim() > 0 and (sample:dim() ~= 2 or sample:size(2) ~= 2) then
      F.raise('nn.SparseLinear: expected pairs [nnz 2], got %s as sample %d', F.describe(sample), i)
    end
  end
  return samples, single
end

--- Number of pairs in a sample.
function sparse.entries(sample)
  return sample:dim() == 0 and 0 or sample:size(1)
end

--- Starts a batch of n samples whose i-th has size_of(i) entries. Returns what fill is to write.
function sparse.start(self, n, size_of, like)
  local ends, total = beside.long(self, 'cumSumSizes', like):resize(n), 0
  for i = 1, n do
    total = total + size_of(i)
    ends[i] = total
  end
  local keys, values = beside.long(self, 'keys', like), buffer(self, 'values', like)
  if total > 0 then
    keys:resize(total)
    values:resize(total)
  else
    keys:set()
    values:set()
  end
  return keys, values
end

--- Writes the keys and values of the sample with `n` entries that ends at cumSumSizes[i].
function sparse.fill(self, i, n, keys, values)
  if n == 0 then return end
  local first = self.cumSumSizes[i] - n + 1
  self.keys:narrow(1, first, n):copy(keys)
  self.values:narrow(1, first, n):copy(values)
end

--- Raises unless forward has left a batch of as many samples as gradOutput has rows; returns it as
-- a matrix.
function sparse.gradient(self, gradOutput, out)
  local g = rows(self, gradOutput, 'gradOutput', out)
  local ends = self.cumSumSizes
  if not F.is_tensor(ends) or ends:nElement() ~= g:size(1) then
    F.raise('%s: gradOutput %s does not belong to the last forward', torch.type(self),
      F.describe(gradOutput))
  end
  return g
end

--- Drops the buffers, whose integers must not be converted.
function sparse.clear(self)
  self.keys, self.values, self.cumSumSizes = nil, nil, nil
end

return sparse
