-- Forward passes of whole networks in evaluation mode.

local harness = require 'harness'
local networks = require 'networks'

for _, batch in ipairs {1, 8} do
  harness.case('inference.resnet18.batch' .. batch, function()
    local model, x = networks.resnet18_model(224, 1000), harness.tensor(0, batch, 3, 224, 224)
    model:evaluate()
    return harness.loop('model:forward(x)', {model = model, x = x}),
      function() return model.output end
  end)
end
