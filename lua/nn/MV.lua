-- nn.MV([trans = false]): the product of a matrix and a vector, {[m n], [n]}, or of a batch of
-- each; the matrix is transposed when asked.
-- Shapes: {[m k], [k]} -> [m]; {[n m k], [n k]} -> [n m].

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local MV, parent = torch.class('nn.MV', 'nn.Module')

function MV:__init(trans)
  parent.__init(self)
  self.trans = trans or false
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

-- The matrix, transposed as asked, and the vector.
local function factors(self, input)
  need.tensors(self, input, 2, true)
  local m, v = input[1], input[2]
  local n = m:dim()
  if (n ~= 2 and n ~= 3) or v:dim() ~= n - 1 then
    F.raise('nn.MV: expected a matrix and a vector or a batch of each, got %s and %s',
      F.describe(m), F.describe(v))
  end
  return self.trans and m:transpose(n - 1, n) or m, v, n
end

local function as_column(v)
  v = v:contiguous()
  return v:view(v:size(1), v:size(2), 1)
end

local function as_row(v)
  v = v:contiguous()
  return v:view(v:size(1), 1, v:size(2))
end

function MV:updateOutput(input)
  local m, v, n = factors(self, input)
  if n == 2 then
    self.output:mv(m, v)
  else
    self.output:bmm(m, as_column(v)):resize(m:size(1), m:size(2))
  end
  return self.output
end

function MV:updateGradInput(input, gradOutput)
  local m, v, n = factors(self, input)
  need.tensor(self, gradOutput, 'gradOutput')
  self.gradInput[1] = self.gradInput[1] or input[1].new()
  self.gradInput[2] = self.gradInput[2] or input[2].new()
  local gm, gv = self.gradInput[1], self.gradInput[2]
  local left, right = gradOutput, v
  if self.trans then left, right = v, gradOutput end
  if n == 2 then
    gm:ger(left, right)
    gv:mv(m:t(), gradOutput)
  else
    gm:bmm(as_column(left), as_row(right))
    gv:bmm(m:transpose(2, 3), as_column(gradOutput)):resize(v:size())
  end
  return self.gradInput
end
