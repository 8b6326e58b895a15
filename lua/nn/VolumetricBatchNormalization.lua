-- nn.VolumetricBatchNormalization(nOutput, [eps = 1e-5], [momentum = 0.1], [affine = true]):
-- nn.BatchNormalization of the channels of inputs [n c t h w].
-- Shapes: [n nOutput t h w] -> the same.

local torch = torch

local VolumetricBN = torch.class('nn.VolumetricBatchNormalization', 'nn.BatchNormalization')

VolumetricBN.nDim = 5
