-- nn.SplitTable: the slices of a tensor along a dimension, as a table of views. With nInputDims,
-- inputs of more dimensions are batches and the dimension counts within a sample.

local torch = torch

local SplitTable, parent = torch.class('nn.SplitTable', 'nn.Module')

function SplitTable:__init(dimension, nInputDims)
  parent.__init(self)
  if type(dimension) ~= 'number' then
    error('nn.SplitTable: expected a dimension, got ' .. torch.type(dimension), 3)
  end
  self.dimension = dimension
  self.nInputDims = nInputDims
end

local function dimension_of(self, input)
  local d = self.dimension
  if d < 0 then return input:dim() + d + 1 end
  if self.nInputDims and input:dim() == self.nInputDims + 1 then return d + 1 end
  return d
end

function SplitTable:updateOutput(input)
  local dim = dimension_of(self, input)
  local slices = {}
  for i = 1, input:size(dim) do slices[i] = input:select(dim, i) end
  self.output = slices
  return slices
end

function SplitTable:updateGradInput(input, gradOutput)
  local dim = dimension_of(self, input)
  local n = input:size(dim)
  if #gradOutput ~= n then
    error(('nn.SplitTable: expected a table of %d gradients, got %d'):format(n, #gradOutput), 3)
  end
  if self.gradInput then
    self.gradInput:resizeAs(input)
    for i = 1, n do self.gradInput:select(dim, i):copy(gradOutput[i]) end
  end
  return self.gradInput
end
