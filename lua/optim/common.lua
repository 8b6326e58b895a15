-- What the optimizers share: checks of their arguments, buffers of the gradient's type and size.

local class = require 'torch.class'

local common = {}

--- Checks the first arguments of an optimizer and evaluates opfunc(x).
-- Returns f(x) and df/dx. Raises, at the optimizer's caller, where one of them is not as it should.
function common.evaluate(name, opfunc, x)
  if type(opfunc) ~= 'function' and type(opfunc) ~= 'table' then
    error(('optim.%s: function expected as argument 1, got %s'):format(name, class.type(opfunc)), 3)
  end
  if not class.isTensor(x) then
    error(('optim.%s: tensor expected as argument 2, got %s'):format(name, class.type(x)), 3)
  end
  local fx, dfdx = opfunc(x)
  if not class.isTensor(dfdx) then
    error(('optim.%s: opfunc must return f(x) and df/dx, but its second result is %s')
      :format(name, class.type(dfdx)), 3)
  end
  if dfdx:nElement() ~= x:nElement() then
    error(('optim.%s: df/dx has %d elements, x has %d')
      :format(name, dfdx:nElement(), x:nElement()), 3)
  end
  return fx, dfdx
end

--- The buffer `field` of a state table; when it is missing, a new tensor like `template`, all zero.
function common.buffer(state, field, template)
  local tensor = state[field]
  if not tensor then
    tensor = template.new():resizeAs(template):zero()
    state[field] = tensor
  end
  return tensor
end

return common
