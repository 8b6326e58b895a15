-- nn.MM([transA = false], [transB = false]): the product of the two matrices (or batches of
-- matrices) of a table, each transposed when asked.
-- Shapes: {[m k], [k p]} -> [m p]; {[n m k], [n k p]} -> [n m p].

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local MM, parent = torch.class('nn.MM', 'nn.Module')

function MM:__init(transA, transB)
  parent.__init(self)
  self.transA = transA or false
  self.transB = transB or false
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

-- The two factors of the product, transposed as asked, and the name of its method.
local function factors(self, input)
  need.tensors(self, input, 2, true)
  local a, b = input[1], input[2]
  local n = a:dim()
  if n ~= b:dim() or (n ~= 2 and n ~= 3) then
    F.raise('nn.MM: expected two matrices or two batches of matrices, got %s and %s', F.describe(a),
      F.describe(b))
  end
  if self.transA then a = a:transpose(n - 1, n) end
  if self.transB then b = b:transpose(n - 1, n) end
  return a, b, n == 2 and 'mm' or 'bmm'
end

function MM:updateOutput(input)
  local a, b, product = factors(self, input)
  self.output[product](self.output, a, b)
  return self.output
end

function MM:updateGradInput(input, gradOutput)
  local a, b, product = factors(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  local n = a:dim()
  self.gradInput[1] = self.gradInput[1] or input[1].new()
  self.gradInput[2] = self.gradInput[2] or input[2].new()
  local ga, gb = self.gradInput[1], self.gradInput[2]
  local at, bt, gt = a:transpose(n - 1, n), b:transpose(n - 1, n), gradOutput:transpose(n - 1, n)
  if self.transA then ga[product](ga, b, gt) else ga[product](ga, gradOutput, bt) end
  if self.transB then gb[product](gb, gt, a) else gb[product](gb, at, gradOutput) end
  return self.gradInput
end
