-- Lua metamethods shared by all class metatables: each looks up the inherited __add__, __call__,
-- __tostring__ ... of its operands when it is used, so that classes may define them at any time.

local registry = require 'torch.classregistry'

local function operator_of(object, name)
  local mt = registry.metatable_of(object)
  return mt and mt[name]
end

local function binary_operator(name, description)
  return function(a, b)
    local f = operator_of(a, name) or operator_of(b, name)
    if not f then
      error(('both %s and %s have no %s operator')
        :format(registry.type(a), registry.type(b), description), 2)
    end
    return f(a, b)
  end
end

local operators = {
  __add = binary_operator('__add__', 'addition'),
  __sub = binary_operator('__sub__', 'subtraction'),
  __mul = binary_operator('__mul__', 'multiplication'),
  __div = binary_operator('__div__', 'division'),
  __mod = binary_operator('__mod__', 'modulo'),
  __pow = binary_operator('__pow__', 'power'),
  __concat = binary_operator('__concat__', 'concat'),
  __lt = binary_operator('__lt__', 'lt'),
  __le = binary_operator('__le__', 'le'),
}

function operators.__eq(a, b)
  local f = operator_of(a, '__eq__') or operator_of(b, '__eq__')
  if f then return f(a, b) end
  return rawequal(a, b)
end

function operators.__unm(a)
  local f = operator_of(a, '__unm__')
  if not f then error(registry.type(a) .. ' has no negation operator', 2) end
  return f(a)
end

-- Asked by interpreters that are compatible with Lua 5.2 alone.
function operators.__len(a)
  local f = operator_of(a, '__len__')
  if f then return f(a) end
  return rawget(_G, 'rawlen')(a)
end

function operators.__call(a, ...)
  local f = operator_of(a, '__call__')
  if not f then error(registry.type(a) .. ' has no call operator', 2) end
  return f(a, ...)
end

function operators.__tostring(a)
  local f = operator_of(a, '__tostring__')
  return f and f(a) or registry.typename(a)
end

return operators
