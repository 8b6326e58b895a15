-- nn.SpatialBatchNormalization(nOutput, [eps = 1e-5], [momentum = 0.1], [affine = true]):
-- nn.BatchNormalization of the channels of inputs [n c h w].
-- Shapes: [n nOutput h w] -> the same.

local torch = torch

local SpatialBN = torch.class('nn.SpatialBatchNormalization', 'nn.BatchNormalization')

SpatialBN.nDim = 4
