-- nn.View(size1, size2, ...) or (sizes): a view of the input with other sizes, one of which may be
-- -1. With setNumInputDims(n) the last n dimensions are viewed and the ones before them are the
-- batch.
-- Shapes: [...] of as many elements -> [size1 size2 ...]; [n ...] -> [n size1 size2 ...].

local F = require 'torch.ffi'
local need = require 'nn.need'

local raise = F.raise
local torch = torch

local View, parent = torch.class('nn.View', 'nn.Module')

View.__version = 2

function View:__init(...)
  parent.__init(self)
  self:resetSize(...)
end

--- Sets the sizes: numbers or a LongStorage.
function View:resetSize(...)
  local sizes = {...}
  if torch.typename(sizes[1]) == 'torch.LongStorage' then sizes = sizes[1]:totable() end
  if #sizes == 0 then raise('nn.View: expected sizes') end
  self.size = torch.LongStorage(sizes)
  self.numElements = 1
  local inferred = false
  for i = 1, #sizes do
    local size = sizes[i]
    if size == -1 and not inferred then
      inferred = true
    elseif type(size) ~= 'number' or size < 1 then
      raise('nn.View: size %d must be 1 or more, or once -1, got %s', i, tostring(size))
    end
    self.numElements = self.numElements * size
  end
  self.numInputDims = nil
  return self
end

--- Number of dimensions of one sample.
function View:setNumInputDims(n)
  self.numInputDims = n
  return self
end

local function misfit(self, input, elements)
  raise('nn.View: the %d elements of %s do not fit sizes %s', elements, F.describe(input),
    table.concat(self.size:totable(), ' x '))
end

-- Size of the batch dimension to add, or nil when the input is one sample.
local function batch_size(self, input)
  local dims = self.numInputDims or input:dim()
  if input:dim() < dims then
    raise('nn.View: expected %d or more dimensions, got %d', dims, input:dim())
  end
  local elements, batch = 1, 1
  for d = 1, input:dim() do
    if d > input:dim() - dims then
      elements = elements * input:size(d)
    else
      batch = batch * input:size(d)
    end
  end
  if self.numElements < 0 then
    if elements % -self.numElements ~= 0 then
      misfit(self, input, elements)
    end
    if self.numInputDims == nil or input:dim() == dims then return nil end
    return batch
  end
  if elements % self.numElements ~= 0 then
    misfit(self, input, elements)
  end
  batch = batch * elements / self.numElements
  if batch > 1 or (self.numInputDims and input:dim() > dims) then return batch end
  if input:dim() > 1 and input:size(1) == 1 and self.numInputDims == nil
    and input:dim() > #self.size then
    return batch
  end
end

function View:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output = self.output or input.new()
  local batch = batch_size(self, input)
  if batch then
    self.output:view(input, batch, unpack(self.size:totable()))
  else
    self.output:view(input, self.size)
  end
  return self.output
end

function View:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput = self.gradInput or gradOutput.new()
  if gradOutput:isContiguous() then
    self.gradInput:viewAs(gradOutput, input)
  else
    self.gradInput:viewAs(gradOutput:contiguous(), input)
  end
  return self.gradInput
end

function View:__tostring__()
  return torch.type(self) .. '(' .. table.concat(self.size:totable(), ', ') .. ')'
end
