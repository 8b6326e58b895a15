-- The kinds of records in serialized object graphs, and which kind stores a value.

local class = require 'torch.class'

local kinds = {
  NIL = 0, NUMBER = 1, STRING = 2, TABLE = 3, OBJECT = 4, BOOLEAN = 5,
  FUNCTION_BARE = 6,     -- old: size, bytecode, table of upvalues; never referenced
  FUNCTION_VALUES = 7,   -- old: index, size, bytecode, table of the upvalues' values
  FUNCTION = 8,          -- index, size, bytecode, table of {name, id, value} of the upvalues
}

local plain = {
  ['nil'] = kinds.NIL, number = kinds.NUMBER, string = kinds.STRING, boolean = kinds.BOOLEAN,
}

--- Kind of record that stores a value, nil where none can. A function also gives its bytecode.
function kinds.of(value)
  local kind = plain[type(value)]
  if kind then return kind end
  local name = class.typename(value)
  if name == 'torch.InertFunction' then return value.kind, value.code end
  if name then return class.factory(name) and kinds.OBJECT end
  if type(value) == 'table' then return kinds.TABLE end
  if type(value) == 'function' then
    local ok, code = pcall(string.dump, value)
    if ok then return kinds.FUNCTION, code end
  end
end

return kinds
