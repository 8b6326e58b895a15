-- Checks of what modules are given.

local F = require 'torch.ffi'

local is_tensor, raise = F.is_tensor, F.raise
local torch = torch

local need = {}

--- Raises unless x, which the message calls `what`, is a tensor.
function need.tensor(module, x, what)
  if not is_tensor(x) then
    raise('%s: expected a tensor as %s, got %s', torch.type(module), what, F.describe(x))
  end
end

--- Raises unless input and gradOutput are tensors of the same size.
function need.gradient(module, input, gradOutput)
  need.tensor(module, input, 'input')
  need.tensor(module, gradOutput, 'gradOutput')
  if not input:isSameSizeAs(gradOutput) then
    raise('%s: gradOutput should have the size of %s, got %s', torch.type(module),
      F.describe(input), F.describe(gradOutput))
  end
end

--- Raises unless gradOutput is a tensor of as many elements as input, or, where they are given, as
-- the tensor `like`, which the message calls `what`.
function need.elements(module, input, gradOutput, like, what)
  need.tensor(module, input, 'input')
  need.tensor(module, gradOutput, 'gradOutput')
  like = like or input
  if gradOutput:nElement() ~= like:nElement() then
    raise('%s: gradOutput should have as many elements as the %s %s, got %s', torch.type(module),
      what or 'input', F.describe(like), F.describe(gradOutput))
  end
end

--- Raises unless gradOutput is a tensor of the size of module.output. An output that is empty,
-- since forward was not called, is not compared.
function need.output_size(module, gradOutput)
  need.tensor(module, gradOutput, 'gradOutput')
  local output = module.output
  if output.ndim > 0 and not output:isSameSizeAs(gradOutput) then
    raise('%s: gradOutput should have the size of the output, %s, got %s', torch.type(module),
      F.describe(output), F.describe(gradOutput))
  end
end

--- Raises unless the tensors of a table have as many elements as the first of them.
function need.alike(module, input)
  for i = 2, #input do
    if input[i]:nElement() ~= input[1]:nElement() then
      raise('%s: expected tensors of one size, got %s as input 1 and %s as input %d',
        torch.type(module), F.describe(input[1]), F.describe(input[i]), i)
    end
  end
end

--- Raises unless input is a table of at least n tensors (with `exactly`, of n tensors).
function need.tensors(module, input, n, exactly)
  if type(input) ~= 'table' or #input < n or (exactly and #input ~= n) then
    raise('%s: expected a table of %d%s tensors as input, got %s', torch.type(module), n,
      exactly and '' or ' or more',
      type(input) == 'table' and 'a table of ' .. #input or F.describe(input))
  end
  for i = 1, #input do
    if not is_tensor(input[i]) then
      raise('%s: expected tensors in the input table, got %s as number %d', torch.type(module),
        F.describe(input[i]), i)
    end
  end
end

--- Raises unless x, which the message calls `what`, is a table of at least n entries.
function need.table(module, x, what, n)
  if type(x) ~= 'table' or #x < n then
    raise('%s: expected a table of %d as %s, got %s', torch.type(module), n, what,
      type(x) == 'table' and 'a table of ' .. #x or F.describe(x))
  end
end

--- Raises unless x is a number; for arguments of constructors.
function need.number(module, x, what)
  if type(x) ~= 'number' then
    raise('%s: expected a number as %s, got %s', torch.type(module), what, F.describe(x))
  end
end

--- Raises unless x is an integer of 1 or more; for arguments of constructors.
function need.size(module, x, what)
  if type(x) ~= 'number' or x < 1 or x % 1 ~= 0 then
    raise('%s: %s must be an integer of 1 or more, got %s', torch.type(module), what, tostring(x))
  end
end

--- The dimension of input that module.dimension names: a negative one counts from the end, and it
-- counts within a sample when input has one dimension more than module.nInputDims.
function need.dimension(module, input)
  need.tensor(module, input, 'input')
  local d, dims = module.dimension, input.ndim
  if d < 0 then
    d = dims + d + 1
  elseif module.nInputDims and dims == module.nInputDims + 1 then
    d = d + 1
  end
  if d < 1 or d > dims then
    raise('%s: dimension %d out of range for %s', torch.type(module), module.dimension,
      F.describe(input))
  end
  return d
end

--- Raises unless input is a tensor of `dims` dimensions or, for a batch, of one more.
function need.sample(module, input, dims)
  need.tensor(module, input, 'input')
  if input.ndim ~= dims and input.ndim ~= dims + 1 then
    raise('%s: expected a %dD or %dD input, got %s', torch.type(module), dims, dims + 1,
      F.describe(input))
  end
end

return need
