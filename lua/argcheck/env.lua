-- The environment of argcheck: how it tells types. A program may replace istype; checks that were
-- made before keep the one they were made with.

local torch = require 'torch'

local env = {}

-- 'torch.*Tensor' stands for every name that has anything in place of the star.
local function pattern_of(name)
  return '^' .. name:gsub('[%%%.%-%+%?%^%$%(%)%[%]]', '%%%0'):gsub('%*', '.*') .. '$'
end

local function class_name(object)
  local name = torch.typename(object)
  if name then return name end
  local mt = getmetatable(object)
  return type(mt) == 'table' and type(object) ~= 'string' and rawget(mt, '__typename') or nil
end

--- Whether an object is of a type: a Lua type, or a class with its subclasses; a star in a class
-- name stands for any characters ('torch.*Tensor'). An object of a class is no 'table'.
function env.istype(object, name)
  local class = class_name(object)
  if not class then return type(object) == name end
  local pattern = name:find('*', 1, true) and pattern_of(name)
  local mt = torch.getmetatable(class) or {}
  repeat
    if class == name or pattern and class:find(pattern) then return true end
    mt = getmetatable(mt)
    class = type(mt) == 'table' and rawget(mt, '__typename')
  until not class
  return false
end

--- The class of an object, or its Lua type.
function env.type(object)
  return class_name(object) or type(object)
end

return env
