-- The classes of cudnn, which work on tensors of the CPU as well and need no GPU to be declared, so
-- that files can be read that have objects of them.

for _, name in ipairs {'convolution', 'pooling', 'pointwise', 'normalization', 'softmax', 'RNN'} do
  require('cudnn.' .. name)
end

local classes = require('cudnn.layer').classes

-- torch.load with the option cpu makes them layers of nn.
local function to_cpu(object) require('cudnn.convert').to_nn(object) end
for _, class in pairs(classes) do class.__to_cpu = to_cpu end

return classes
