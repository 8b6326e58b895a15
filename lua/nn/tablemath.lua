-- What the modules on tables of equal tensors share: gradInput as a table of buffers.

local torch = torch

local tablemath = {}

--- gradInput[i] for every input, made once and kept; surplus ones are dropped.
function tablemath.buffers(self, input)
  for i = 1, #input do
    self.gradInput[i] = self.gradInput[i] or input[i].new()
    self.gradInput[i]:resizeAs(input[i])
  end
  for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  return self.gradInput
end

--- Raises unless input is a table of at least n (and with `exactly` no more) tensors.
function tablemath.check(self, input, n, exactly)
  if type(input) ~= 'table' or #input < n or (exactly and #input ~= n) then
    error(('%s: expected a table of %d%s tensors, got %s'):format(torch.type(self), n,
      exactly and '' or ' or more', type(input) == 'table' and #input or torch.type(input)), 4)
  end
end

return tablemath
