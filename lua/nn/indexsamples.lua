-- The forms of nn.IndexLinear's inputs: {keys, values} of one sample, {{keys, ...}, {values, ...}},
-- or samples joined in {keys, values, sizes}.

local F = require 'torch.ffi'
local need = require 'nn.need'
local sparse = require 'nn.sparse'

local raise = F.raise
local torch = torch

local samples = {}

--- Lists of the keys and of the values of each sample; for joined samples the tensors themselves
-- and their sizes. Sets self.isFlat and self.noBatch.
function samples.lists(self, input)
  need.table(self, input, 'input', 2)
  local keys, values, sizes = input[1], input[2], input[3]
  self.isFlat, self.noBatch = sizes ~= nil, sizes == nil and F.is_tensor(keys)
  if self.isFlat or self.noBatch then
    need.tensor(self, keys, 'keys')
    need.tensor(self, values, 'values')
    if type(sizes) == 'number' then sizes = torch.LongTensor {sizes} end
    if self.isFlat then
      need.tensor(self, sizes, 'sizes')
      return keys, values, sizes
    end
    keys, values = {keys}, {values}
  end
  if type(keys) ~= 'table' or type(values) ~= 'table' or #keys ~= #values then
    local function count(x) return type(x) == 'table' and 'a table of ' .. #x or F.describe(x) end
    raise('nn.IndexLinear: expected as many tensors of keys as of values, got %s and %s',
      count(keys), count(values))
  end
  need.tensors(self, keys, 1)
  need.tensors(self, values, 1)
  return keys, values
end

--- Joins the samples in self.keys, self.values and self.cumSumSizes.
function samples.join(self, input)
  local keys, values, sizes = samples.lists(self, input)
  if self.isFlat then
    if sizes:sum() ~= keys:nElement() or keys:nElement() ~= values:nElement() then
      raise('nn.IndexLinear: sizes sum to %d; there are %d keys and %d values', sizes:sum(),
        keys:nElement(), values:nElement())
    end
    sparse.start(self, sizes:nElement(), function(i) return sizes[i] end, self.weight)
    self.keys:resizeAs(keys):copy(keys)
    self.values:resizeAs(values):copy(values)
  else
    sparse.start(self, #keys, function(i) return keys[i]:nElement() end, self.weight)
    for i = 1, #keys do
      if keys[i]:nElement() ~= values[i]:nElement() then
        raise('nn.IndexLinear: sample %d has %d keys and %d values', i, keys[i]:nElement(),
          values[i]:nElement())
      end
      sparse.fill(self, i, keys[i]:nElement(), keys[i], values[i])
    end
  end
  if self.offset ~= -1 then self.keys:add(self.offset + 1) end
end

--- dense [n in] in the form of the input, with all keys.
function samples.dense(self, dense)
  local n, ins, first = dense:size(1), self.inputSize, -self.offset
  local keys = torch.range(first, first + ins - 1):long()
  if self.noBatch then return {keys, dense:select(1, 1)} end
  if self.isFlat then
    return {keys:repeatTensor(n), dense:view(-1), torch.LongTensor(n):fill(ins)}
  end
  local result = {{}, {}}
  for i = 1, n do result[1][i], result[2][i] = keys, dense:select(1, i) end
  return result
end

return samples
