-- nn.SpatialBatchNormalization: nn.BatchNormalization of the channels of inputs [n c h w].

local torch = torch

local SpatialBN = torch.class('nn.SpatialBatchNormalization', 'nn.BatchNormalization')

SpatialBN.nDim = 4
