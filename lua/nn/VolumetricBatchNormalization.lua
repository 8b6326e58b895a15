-- nn.VolumetricBatchNormalization: nn.BatchNormalization of the channels of inputs [n c t h w].

local torch = torch

local VolumetricBN = torch.class('nn.VolumetricBatchNormalization', 'nn.BatchNormalization')

VolumetricBN.nDim = 5
