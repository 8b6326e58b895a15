-- nn.NTXentCriterion([temperature = 0.5], [sizeAverage = true]): the contrastive loss of two views
-- {a, b}, [n d] each, of n objects: for each of the 2n vectors the cross-entropy of finding its
-- partner among the other 2n - 1 by softmax(cos(x, y) / temperature); the mean over the vectors, or
-- the sum. There is no target. An addition to Torch7. Chen et al. 2020, A simple framework for
-- contrastive learning of visual representations; van den Oord et al. 2018, Representation learning
-- with contrastive predictive coding.
-- Shapes: input {[n d], [n d]} -> number.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local NTXentCriterion, parent = torch.class('nn.NTXentCriterion', 'nn.Criterion')

local EPS = 1e-12 -- added to squared lengths
local buffers = {'z', 'squares', 'length', 'scores', 'slope', 'turned'}

function NTXentCriterion:__init(temperature, sizeAverage)
  parent.__init(self)
  self.temperature = temperature or 0.5
  if type(self.temperature) ~= 'number' or self.temperature <= 0 then
    raise('nn.NTXentCriterion: temperature must be above 0, got %s', tostring(temperature))
  end
  self.sizeAverage = sizeAverage ~= false
  self.lsm = nn.LogSoftMax()
  for _, name in ipairs(buffers) do self[name] = torch.Tensor() end
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

function NTXentCriterion:updateOutput(input)
  need.tensors(self, input, 2, true)
  local a, b = input[1], input[2]
  if a:dim() ~= 2 or not a:isSameSizeAs(b) then
    raise('nn.NTXentCriterion: expected two matrices of one size, got %s and %s', F.describe(a),
      F.describe(b))
  end
  local n = a:size(1)
  local z = self.z:cat(a, b, 1)
  self.squares:cmul(z, z)
  self.length:sum(self.squares, 2):add(EPS):sqrt()
  z:cdiv(z, self.length)
  local scores = self.scores:resize(2 * n, 2 * n):mm(z, z:t()):div(self.temperature)
  scores:view(-1):unfold(1, 1, 2 * n + 1):fill(-math.huge) -- the diagonal
  local found = self.lsm:updateOutput(scores)
  -- the partner of i is i + n, and that of i + n is i
  local sum = found:narrow(1, 1, n):narrow(2, n + 1, n):trace()
    + found:narrow(1, n + 1, n):narrow(2, 1, n):trace()
  self.output = self.sizeAverage and -sum / (2 * n) or -sum
  return self.output
end

function NTXentCriterion:updateGradInput(input)
  need.tensors(self, input, 2, true)
  local n, d = input[1]:size(1), input[1]:size(2)
  local z, slope = self.z, self.slope
  if z:dim() ~= 2 or z:size(1) ~= 2 * n or z:size(2) ~= d then
    raise('nn.NTXentCriterion: backward before forward of two inputs %s', F.describe(input[1]))
  end
  -- softmax less 1 at the partners: the gradient of the scores
  slope:exp(self.lsm.output)
  local flat = slope:view(-1)
  flat:narrow(1, n + 1, 2 * n * n - n):unfold(1, 1, 2 * n + 1):add(-1)
  flat:narrow(1, 2 * n * n + 1, 2 * n * n - n):unfold(1, 1, 2 * n + 1):add(-1)
  slope:div(self.temperature * (self.sizeAverage and 2 * n or 1))
  local turned = self.turned:resize(2 * n, d):mm(slope, z):addmm(1, slope:t(), z)
  -- through x / |x|: (g - z (z . g)) / |x|
  self.squares:cmul(turned, z)
  local along = self.scores:sum(self.squares, 2)
  turned:addcmul(-1, z, along:expandAs(z)):cdiv(turned, self.length)
  for i = 1, 2 do
    self.gradInput[i]:resizeAs(input[i]):copy(turned:narrow(1, (i - 1) * n + 1, n))
  end
  return self.gradInput
end

NTXentCriterion.type = nn.CosineEmbeddingCriterion.type
