-- nn.TemporalDynamicKMaxPooling(minK, [factor = 0]): of every feature of inputs [n t c] or [t c]
-- the k largest values in their order, k = max(minK, ceil(factor t)). Kalchbrenner et al., A
-- Convolutional Neural Network for Modelling Sentences, 2014.
-- Shapes: [n t c] or [t c] -> [n k c] or [k c], k = max(minK, ceil(factor t)).

local F = require 'torch.ffi'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local KMax, parent = torch.class('nn.TemporalDynamicKMaxPooling', 'nn.Module')

function KMax:__init(minK, factor)
  parent.__init(self)
  self.minK = minK
  self.factor = factor or 0
  need.size(self, minK, 'minK')
  need.number(self, self.factor, 'factor')
end

pooling.keeps_indices(KMax, parent)

function KMax:updateOutput(input)
  need.sample(self, input, 2)
  local k = math.max(self.minK, math.ceil(self.factor * input:size(input:dim() - 1)))
  check(C.lt_kmaxpool(self.output, pooling.indices(self, input), input, k))
  return self.output
end

function KMax:updateGradInput(input, gradOutput)
  need.sample(self, input, 2)
  need.tensor(self, gradOutput, 'gradOutput')
  local indices = pooling.indices(self, input)
  if indices.ndim == 0 then F.raise('%s: backward before forward', torch.type(self)) end
  need.output_size(self, gradOutput)
  self.gradInput:resizeAs(input):zero():scatter(input:dim() - 1, indices, gradOutput)
  return self.gradInput
end
