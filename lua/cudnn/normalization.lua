-- Normalization of cudnn: that of nn.

local F = require 'torch.ffi'
local layer = require 'cudnn.layer'
local torch = require 'torch'

local classes = layer.classes

-- cudnn.BatchNormalization(nOutput, [eps = 1e-5], [momentum = 0.1], [affine = true]), and the same
-- for cudnn.SpatialBatchNormalization and cudnn.VolumetricBatchNormalization.
for name, row in pairs {
  BatchNormalization = {2, 'PER_ACTIVATION'}, SpatialBatchNormalization = {4, 'SPATIAL'},
  VolumetricBatchNormalization = {5, 'SPATIAL'},
} do
  local class = torch.class('cudnn.' .. name, 'nn.' .. name, classes)
  class.__version = 2
  class.mode = 'CUDNN_BATCHNORM_' .. row[2]
  layer.keeps_sizes(class, row[1])
end

-- cudnn.SpatialCrossMapLRN([size = 5], [alpha = 1e-4], [beta = 0.75], [k = 1]):
-- nn.SpatialCrossMapLRN; size is at most 16.
local LRN, lrn = torch.class('cudnn.SpatialCrossMapLRN', 'nn.SpatialCrossMapLRN', classes)

function LRN:__init(size, alpha, beta, k)
  lrn.__init(self, size or 5, alpha, beta, k)
  if self.size > 16 or self.k < 1e-5 or self.beta < 0.01 then
    F.raise('cudnn.SpatialCrossMapLRN: size must be 16 or less, k 1e-5 or more and beta 0.01 or '
      .. 'more, got %g, %g and %g', self.size, self.k, self.beta)
  end
end

--- Reads the fields; early versions had k as K.
function LRN:read(file)
  lrn.read(self, file)
  if self.K then self.k, self.K = self.K, nil end
end

layer.keeps_sizes(LRN, 4)
layer.leaves_out(LRN, 'scale')
