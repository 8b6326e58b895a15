-- Whole training steps: forward, criterion, backward, optimizer.

local harness = require 'harness'
local networks = require 'networks'

for _, name in ipairs {'mlp', 'lenet', 'vggsmall', 'resnet18', 'charlstm', 'transformer'} do
  if networks[name] then
    harness.case('training.' .. name, function() return harness.step(unpack(networks[name]())) end)
  end
end
