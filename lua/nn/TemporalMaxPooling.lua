-- nn.TemporalMaxPooling(kW, [dW = kW]): maxima of every feature over kW frames, dW apart (default
-- kW), of inputs [n t c] or [t c].
-- Shapes: [n t c] or [t c] -> [n ot c] or [ot c], ot = floor((t - kW) / dW) + 1.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local TemporalMaxPooling, parent = torch.class('nn.TemporalMaxPooling', 'nn.Module')

function TemporalMaxPooling:__init(kW, dW)
  parent.__init(self)
  self.kW, self.dW = kW, dW or kW
  conv.check(self, 1, 'kW', 'dW')
end

pooling.keeps_indices(TemporalMaxPooling, parent)
pooling.goes_back(TemporalMaxPooling, 2, C.lt_maxpool2d_grad)

function TemporalMaxPooling:updateOutput(input)
  need.sample(self, input, 2)
  local output = self.output
  check(C.lt_maxpool2d(output, pooling.indices(self, input), input, self.kW, 1, self.dW, 1, 0, 0, 1,
    1, 0))
  return output
end
