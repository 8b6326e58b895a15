-- nn.SpatialLogSoftMax(): nn.LogSoftMax, under the name used for images.
-- Shapes: [features], [n features], [features h w] or [n features h w] -> the same.

local torch = torch

torch.class('nn.SpatialLogSoftMax', 'nn.LogSoftMax')
