-- Checks of the receivers of methods, for classes whose objects are tables.

local registry = require 'torch.classregistry'
local is_type = require('torch.class').isTypeOf

--- Makes the methods of a class, a metatable that torch.class returned, raise at the caller's line
-- unless their first argument is an object of it.
return function(mt)
  local name = mt.__typename
  for key, method in pairs(mt) do
    if type(method) == 'function' and not key:find('^__') and key ~= 'new' then
      mt[key] = function(self, ...)
        if not is_type(self, name) then
          error(('%s.%s: expected a %s as argument 1, got %s'):format(name, key, name,
            registry.type(self)), 2)
        end
        return method(self, ...)
      end
    end
  end
end
