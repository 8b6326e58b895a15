-- nn.Cosine(inputSize, outputSize): y_j = w_j . x / (|w_j| |x|), the cosines of the angles between
-- x and the rows w_j of weight [outputSize inputSize].
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local torch = torch

local Cosine, parent = torch.class('nn.Cosine', 'nn.Module')

local EPS = 1e-12 -- added to lengths

function Cosine:__init(inputSize, outputSize)
  parent.__init(self)
  need.size(self, inputSize, 'input size')
  need.size(self, outputSize, 'output size')
  self.weight = torch.Tensor(outputSize, inputSize)
  self.gradWeight = torch.Tensor(outputSize, inputSize):zero()
  self:reset()
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(out).
function Cosine:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(1))
  self.weight:uniform(-stdv, stdv)
end

function Cosine:updateOutput(input)
  local x, weight = rows(self, input, 'input', self.weight:size(2)), self.weight
  local lengths, weight_lengths = buffer(self, '_inputNorm', x), buffer(self, '_weightNorm', x)
  lengths:norm(x, 2, 2):add(EPS)
  weight_lengths:norm(weight, 2, 2):add(EPS)
  local n, out = x:size(1), weight:size(1)
  local output = self.output:resize(n, out)
  output:mm(x, weight:t())
  output:cdiv(lengths:expandAs(output)):cdiv(weight_lengths:view(1, out):expandAs(output))
  if input:dim() == 1 then output:resize(out) end
  return output
end

-- gradOutput over the product of the lengths, with the rows of input, output and gradOutput.
local function scaled(self, input, gradOutput)
  local x = rows(self, input, 'input', self.weight:size(2))
  local out = self.weight:size(1)
  local g, n = rows(self, gradOutput, 'gradOutput', out), x:size(1)
  if not self._inputNorm or self._inputNorm:dim() == 0 then
    F.raise('nn.Cosine: backward before forward')
  end
  need.output_size(self, gradOutput)
  local s = buffer(self, '_gradOutput', x)
  s:resize(n, out):cdiv(g, self._inputNorm:expandAs(s))
  s:cdiv(self._weightNorm:view(1, out):expandAs(s))
  return s, x, g, self.output:view(n, out), n
end

-- sum of gradOutput * output along dim, over the squared lengths.
local function along(self, g, output, dim, lengths)
  local product, sum = buffer(self, '_weight', g), buffer(self, '_sum', g)
  product:resizeAs(g):cmul(g, output)
  sum:sum(product, dim)
  sum:resizeAs(lengths)
  return sum:cdiv(lengths):cdiv(lengths)
end

function Cosine:updateGradInput(input, gradOutput)
  local s, x, g, output = scaled(self, input, gradOutput)
  local gradInput = self.gradInput:resizeAs(x)
  gradInput:mm(s, self.weight)
  gradInput:addcmul(-1, along(self, g, output, 2, self._inputNorm):expandAs(x), x)
  return gradInput:resizeAs(input)
end

function Cosine:accGradParameters(input, gradOutput, scale)
  local s, x, g, output = scaled(self, input, gradOutput)
  local weight, own = self.weight, buffer(self, '_own', x)
  scale = scale or 1
  own:resizeAs(weight):cmul(along(self, g, output, 1, self._weightNorm):expandAs(weight), weight)
  self.gradWeight:addmm(scale, s:t(), x):add(-scale, own)
end

function Cosine:clearState()
  nn.utils.clear(self, '_inputNorm', '_weightNorm', '_gradOutput', '_weight', '_sum', '_own')
  return parent.clearState(self)
end
