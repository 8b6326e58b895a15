-- nn.SpatialBatchNormalization: nn.BatchNormalization of the channels of inputs [n c h w].

local torch = torch

local SpatialBatchNormalization = torch.class('nn.SpatialBatchNormalization', 'nn.BatchNormalization')

SpatialBatchNormalization.nDim = 4
