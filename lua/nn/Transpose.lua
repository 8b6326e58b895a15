-- nn.Transpose({dim1, dim2}, {dim3, dim4}, ...): swaps pairs of dimensions one after the other. The
-- dimensions count within a sample when setNumInputDims was called.
-- Shapes: [... a ... b ...] -> [... b ... a ...].

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local Transpose, parent = torch.class('nn.Transpose', 'nn.Module')

function Transpose:__init(...)
  parent.__init(self)
  self.permutations = {...}
  self.numInputDims = nil
  for i, pair in ipairs(self.permutations) do
    if type(pair) ~= 'table' or type(pair[1]) ~= 'number' or type(pair[2]) ~= 'number' then
      F.raise('nn.Transpose: expected {dim1, dim2} as argument %d, got %s', i, F.describe(pair))
    end
  end
end

--- Number of dimensions of one sample.
function Transpose:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

function Transpose:updateOutput(input)
  need.tensor(self, input, 'input')
  local before = self.numInputDims and input:dim() - self.numInputDims or 0
  for _, pair in ipairs(self.permutations) do
    input = input:transpose(pair[1] + before, pair[2] + before)
  end
  self.output:resizeAs(input):copy(input)
  return self.output
end

function Transpose:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.output_size(self, gradOutput)
  local before = self.numInputDims and input:dim() - self.numInputDims or 0
  for i = #self.permutations, 1, -1 do
    local pair = self.permutations[i]
    gradOutput = gradOutput:transpose(pair[1] + before, pair[2] + before)
  end
  self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  return self.gradInput
end
