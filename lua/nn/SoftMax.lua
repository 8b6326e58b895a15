-- nn.SoftMax(): exp(x) / sum of exp(x), over the features.
-- Shapes: [features], [n features], [features h w] or [n features h w] -> the same.

local F = require 'torch.ffi'
local softmax = require 'nn.softmax'

softmax.class('nn.SoftMax', F.C.lt_softmax, F.C.lt_softmax_grad)
