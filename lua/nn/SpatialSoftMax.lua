-- nn.SpatialSoftMax: nn.SoftMax, under the name used for images.

local torch = torch

torch.class('nn.SpatialSoftMax', 'nn.SoftMax')
