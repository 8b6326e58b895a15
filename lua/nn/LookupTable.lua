-- nn.LookupTable(nIndex, nOutput, [paddingValue = 0], [maxNorm], [normType = 2]): the rows of
-- weight [nIndex nOutput] at the indices of a vector or matrix. Rows whose normType-norm exceeds
-- maxNorm are scaled down to it when used; row paddingValue gets no gradient.
-- Shapes: [k] -> [k nOutput]; [n k] -> [n k nOutput].

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise, LONG = F.C, F.check, F.raise, F.dtype.Long
local torch = torch

local LookupTable, parent = torch.class('nn.LookupTable', 'nn.Module')

LookupTable.__version = 4

function LookupTable:__init(nIndex, nOutput, paddingValue, maxNorm, normType)
  parent.__init(self)
  need.size(self, nIndex, 'number of indices')
  need.size(self, nOutput, 'number of outputs')
  self.weight = torch.Tensor(nIndex, nOutput)
  self.gradWeight = torch.Tensor(nIndex, nOutput):zero()
  self.paddingValue = paddingValue or 0
  self.maxNorm = maxNorm
  self.normType = normType
  self:reset()
end

--- Normal weights with standard deviation stdv (default 1).
function LookupTable:reset(stdv)
  self.weight:normal(0, stdv or 1)
end

--- Drops the gradient, for training with accUpdateGradParameters only.
function LookupTable:accUpdateOnly()
  self.gradWeight = nil
  return self
end

for method, field in pairs {
  setPadding = 'paddingValue', setMaxNorm = 'maxNorm', setNormType = 'normType'} do
  --- Sets paddingValue, maxNorm or normType.
  LookupTable[method] = function(self, value)
    self[field] = value
    return self
  end
end

--- Divides the gradient of each index by how often the index occurs in the input.
function LookupTable:scaleGradByFreq()
  self.shouldScaleGradByFreq = true
  return self
end

-- A buffer, kept in a field, on x's device.
local function buffer(self, field, dtype, x)
  local t = self[field]
  if not F.is_tensor(t) or t.dtype ~= dtype or t.device ~= x.device then
    t = F.tensor(dtype, x.device)
    self[field] = t
  end
  return t
end

-- The indices as a contiguous LongTensor of one dimension.
local function indices_of(self, input)
  need.tensor(self, input, 'input')
  if input.ndim ~= 1 and input.ndim ~= 2 then
    raise('nn.LookupTable: expected a vector or a matrix of indices, got %s', F.describe(input))
  end
  local flat = buffer(self, '_input', LONG, self.weight)
  F.sizes[0] = input:nElement()
  check(C.lt_resize(flat, 1, F.sizes, nil))
  check(C.lt_copy(flat, input))
  return flat
end

--- The indices as a contiguous LongTensor of input's size: input itself where it is one, otherwise
-- a copy. The field copiedInput tells which.
function LookupTable:makeInputContiguous(input)
  need.tensor(self, input, 'input')
  self.copiedInput = input.dtype ~= LONG or not input:isContiguous()
  if not self.copiedInput then return input end
  return buffer(self, '_input', LONG, self.weight):resize(input:size()):copy(input)
end

--- Scales the rows that the input uses down to maxNorm.
function LookupTable:renorm(input)
  if not self.maxNorm then return end
  local indices = indices_of(self, input)
  local rows = self.weight:index(1, indices)
  rows:renorm(self.normType or 2, 1, self.maxNorm)
  self.weight:indexCopy(1, indices, rows)
end

function LookupTable:updateOutput(input)
  self:renorm(input)
  local output = self.output
  check(C.lt_index(output, self.weight, 0, indices_of(self, input)))
  if input.ndim == 2 then output:resize(input:size(1), input:size(2), self.weight:size(2)) end
  return output
end

--- Zeros of the input's type and size: indices have no gradient.
function LookupTable:updateGradInput(input)
  need.tensor(self, input, 'input')
  if self.gradInput.dtype ~= input.dtype or self.gradInput.device ~= input.device then
    self.gradInput = input.new()
  end
  self.gradInput:resizeAs(input):zero()
  return self.gradInput
end

-- The factor of each row of gradOutput: scale, divided by how often its index occurs.
local function row_factors(self, indices, scale)
  local weight = self.weight
  local ones = buffer(self, '_ones', weight.dtype, weight)
  local count = buffer(self, '_count', weight.dtype, weight)
  ones:resize(indices:size(1)):fill(1)
  count:resize(weight:size(1)):zero():indexAdd(1, indices, ones)
  ones:index(count, 1, indices)
  return ones:cinv():mul(scale):view(-1, 1)
end

function LookupTable:accGradParameters(input, gradOutput, scale)
  need.tensor(self, gradOutput, 'gradOutput')
  local gradWeight = self.gradWeight
  if not gradWeight then raise('nn.LookupTable: no gradWeight; accUpdateOnly was called') end
  local indices, n = indices_of(self, input), input:nElement()
  scale = scale or 1
  if gradOutput:nElement() ~= n * gradWeight:size(2) then
    raise('nn.LookupTable: expected a gradient of %d x %d elements, got %s', n, gradWeight:size(2),
      F.describe(gradOutput))
  end
  local rows = gradOutput:contiguous():view(n, gradWeight:size(2))
  local scaled = buffer(self, '_gradOutput', gradWeight.dtype, gradWeight)
  if self.shouldScaleGradByFreq then
    rows = scaled:cmul(rows, row_factors(self, indices, scale))
  elseif scale ~= 1 then
    rows = scaled:mul(rows, scale)
  end
  local padding = self.paddingValue
  local row = padding and padding >= 1 and padding <= gradWeight:size(1)
    and gradWeight:select(1, padding)
  local before = row and row:clone()
  gradWeight:indexAdd(1, indices, rows)
  if row then row:copy(before) end
end

LookupTable.sharedAccUpdateGradParameters = parent.defaultAccUpdateGradParameters

-- The buffers are made anew in another type.
function LookupTable:type(type_name, tensorCache)
  if type_name then self._input, self._count, self._ones, self._gradOutput = nil, nil, nil, nil end
  return parent.type(self, type_name, tensorCache)
end

function LookupTable:clearState()
  self._input, self._count, self._ones, self._gradOutput = nil, nil, nil, nil
  return parent.clearState(self)
end
