-- nn.LogSoftMax(): x - log(sum of exp(x)), the log of the softmax, over the features.
-- Shapes: [features], [n features], [features h w] or [n features h w] -> the same.

local F = require 'torch.ffi'
local softmax = require 'nn.softmax'

softmax.class('nn.LogSoftMax', F.C.lt_logsoftmax, F.C.lt_logsoftmax_grad)
