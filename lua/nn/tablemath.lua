-- What the modules on tables of equal tensors share: gradInput as a table of buffers.

local need = require 'nn.need'

local tablemath = {}

--- gradInput[i] for every input, made once and kept; surplus ones are dropped.
function tablemath.buffers(self, input)
  need.tensors(self, input, 1)
  for i = 1, #input do
    self.gradInput[i] = self.gradInput[i] or input[i].new()
    self.gradInput[i]:resizeAs(input[i])
  end
  for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  return self.gradInput
end

return tablemath
