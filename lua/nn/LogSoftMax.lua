-- nn.LogSoftMax: log of the softmax over the features of [features], [n features], [features h w]
-- or [n features h w].

local F = require 'torch.ffi'
local softmax = require 'nn.softmax'

softmax.class('nn.LogSoftMax', F.C.lt_logsoftmax, F.C.lt_logsoftmax_grad)
