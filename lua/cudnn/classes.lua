-- The classes of cudnn, which work on tensors of the CPU as well and need no GPU to be declared, so
-- that files can be read that have objects of them.

for _, name in ipairs {'convolution', 'pooling', 'pointwise', 'normalization', 'softmax', 'RNN'} do
  require('cudnn.' .. name)
end

return require('cudnn.layer').classes
