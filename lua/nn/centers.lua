-- Distances of inputs [n in] to the columns of weight [in out] and their gradients, with the
-- differences scaled by diagCov [in out] where a module has it: nn.Euclidean, nn.WeightedEuclidean.

local F = require 'torch.ffi'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local torch = torch

local centers = {}

local EPS = 1e-7 -- added to distances that divide

--- Makes parameters weight and, for `scaled`, diagCov.
function centers.init(self, inputSize, outputSize, scaled)
  need.size(self, inputSize, 'input size')
  need.size(self, outputSize, 'output size')
  self.weight = torch.Tensor(inputSize, outputSize)
  self.gradWeight = torch.Tensor(inputSize, outputSize):zero()
  if scaled then
    self.diagCov = torch.Tensor(inputSize, outputSize)
    self.gradDiagCov = torch.Tensor(inputSize, outputSize):zero()
  end
  self.fastBackward = true
  self:reset()
end

--- Uniform weights in +-stdv * sqrt(3), by default +-1 / sqrt(in); diagCov 1.
function centers.reset(self, stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(1))
  self.weight:uniform(-stdv, stdv)
  if self.diagCov then self.diagCov:fill(1) end
end

local function spread(t, like)
  return nn.utils.addSingletonDimension(t, 1):expandAs(like)
end

-- self._diff [n in out] = x - weight.
local function differences(self, x)
  local n, ins, out = x:size(1), self.weight:size(1), self.weight:size(2)
  local diff = buffer(self, '_diff', x)
  diff:resize(n, ins, out)
  diff:add(nn.utils.addSingletonDimension(x, 3):expandAs(diff), -1, spread(self.weight, diff))
  return diff
end

function centers.updateOutput(self, input)
  local x = rows(self, input, 'input', self.weight:size(1))
  local diff = differences(self, x)
  if self.diagCov then diff:cmul(spread(self.diagCov, diff)) end
  local output = self.output:norm(diff, 2, 2)
  if input:dim() == 1 then return output:resize(diff:size(3)) end
  return output:resize(diff:size(1), diff:size(3))
end

-- self._product [n in out] = gradOutput / output * (x - weight) * diagCov^2, and the differences.
local function product(self, input, gradOutput)
  local x, out = rows(self, input, 'input', self.weight:size(1)), self.weight:size(2)
  local g = rows(self, gradOutput, 'gradOutput', out)
  local n = x:size(1)
  if self.output:nElement() ~= n * out then
    F.raise('%s: backward before forward', torch.type(self))
  end
  need.output_size(self, gradOutput)
  local diff = differences(self, x)
  local factor, result = buffer(self, '_factor', x), buffer(self, '_product', x)
  factor:resize(n, out):copy(self.output):add(EPS)
  factor:cdiv(g, factor)
  result:resizeAs(diff):cmul(diff, nn.utils.addSingletonDimension(factor, 2):expandAs(diff))
  if self.diagCov then
    result:cmul(spread(self.diagCov, diff)):cmul(spread(self.diagCov, diff))
  end
  return result, diff
end

function centers.updateGradInput(self, input, gradOutput)
  local result = product(self, input, gradOutput)
  return self.gradInput:sum(result, 3):resizeAs(input)
end

function centers.accGradParameters(self, input, gradOutput, scale)
  local result, diff = product(self, input, gradOutput)
  local sum = buffer(self, '_sum', diff):sum(result, 1):resizeAs(self.weight)
  local cov = self.diagCov
  if cov then
    -- result * diff / diagCov, from the same factors lest diagCov be 0
    diff:cmul(diff):cmul(nn.utils.addSingletonDimension(self._factor, 2):expandAs(diff))
    diff:cmul(spread(cov, diff))
    local cov_sum = buffer(self, '_covSum', diff):sum(diff, 1):resizeAs(cov)
    self.gradDiagCov:add(scale or 1, cov_sum)
  end
  self.gradWeight:add(-(scale or 1), sum)
end

function centers.clear(self)
  nn.utils.clear(self, '_diff', '_factor', '_product', '_sum', '_covSum')
end

return centers
