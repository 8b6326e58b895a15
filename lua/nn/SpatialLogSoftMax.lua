-- nn.SpatialLogSoftMax: nn.LogSoftMax, under the name used for images.

local torch = torch

torch.class('nn.SpatialLogSoftMax', 'nn.LogSoftMax')
