-- Functions that take named or ordered arguments and can explain themselves: xlua.usage and
-- xlua.unpack. An argument is described by {arg = name, type =, help =, default =, defaulta =,
-- req =}: defaulta names another argument whose value is the default, req marks a mandatory one.
-- In a help text arg may be left out, and strings are lines between the forms of a call.

local class = require 'torch.class'
local colors = require 'sys.colors'

local usage = {}

local function describe(definition)
  if type(definition) == 'string' then return definition end
  local parts = {'  '}
  if definition.arg then parts[2] = colors.green .. definition.arg .. colors.none end
  if definition.type then
    if definition.arg then parts[#parts + 1] = ' = ' end
    parts[#parts + 1] = colors.blue .. definition.type .. colors.none
  end
  if definition.help then parts[#parts + 1] = '  -- ' .. definition.help end
  if definition.default ~= nil then
    parts[#parts + 1] = '  [default = ' .. tostring(definition.default) .. ']'
  elseif definition.defaulta then
    parts[#parts + 1] = '  [default == ' .. definition.defaulta .. ']'
  end
  if definition.req then parts[#parts + 1] = '  [' .. colors.red .. 'REQ' .. colors.none .. ']' end
  return table.concat(parts)
end

--- Help text of a function: its name, description, an example (a string or a list of them), and its
-- arguments.
function usage.usage(funcname, description, example, ...)
  local lines = {colors.magenta .. funcname .. colors.none, description or ''}
  if type(example) == 'string' then example = {example} end
  if example then
    lines[#lines + 1] = colors.red .. 'EXAMPLE' .. colors.none .. ':'
    for _, text in ipairs(example) do lines[#lines + 1] = text end
  end
  local count = select('#', ...)
  if count > 0 then
    lines[#lines + 1] = 'USAGE:'
    local first = ...
    local named = type(first) == 'table' and first.arg ~= nil
    lines[#lines + 1] = colors.cyan .. funcname .. colors.none .. (named and '{' or '(')
    for i = 1, count do lines[#lines + 1] = describe((select(i, ...))) end
    lines[#lines + 1] = named and '}' or ')'
  end
  return table.concat(lines, '\n')
end

--- Raises `message` for a package or function `domain`, with a help text below it.
function usage.error(message, domain, help)
  local text = domain and ('<%s> %s'):format(domain, message) or message
  if help then text = text .. '\n' .. help end
  error(text, 2)
end

local function is_named(args)
  return #args == 1 and type(args[1]) == 'table' and #args[1] == 0 and not class.typename(args[1])
end

local function read(level, args, funcname, description, ...)
  if type(args) ~= 'table' then
    error('xlua.unpack: table of arguments expected, got ' .. type(args), level + 1)
  end
  local definitions = {...}
  local given = {}
  if is_named(args) then
    given = args[1]
  else
    for i, definition in ipairs(definitions) do given[definition.arg] = args[i] end
  end
  local values = {}
  for i, definition in ipairs(definitions) do
    local value = given[definition.arg]
    if value == nil and definition.req then
      error(('<%s> missing argument: %s\n%s'):format(funcname, definition.arg,
        usage.usage(funcname, description, nil, ...)), level + 2)
    end
    if value == nil then value = definition.default end
    if value == nil and definition.defaulta then value = values[definition.defaulta] end
    values[definition.arg], values[i] = value, value
  end
  return values, definitions
end

--- Reads the arguments of a function: either one table of named arguments or ordered ones.
-- args: {...} of that function. Returns a table with the values by name and by position, then the
-- values. Raises, with the help text, where a mandatory argument is missing.
function usage.unpack(args, funcname, description, ...)
  local values, definitions = read(2, args, funcname, description, ...)
  return values, unpack(values, 1, #definitions)
end

--- Like unpack, but sets the arguments as fields of `object`.
function usage.unpack_class(object, args, funcname, description, ...)
  local values, definitions = read(2, args, funcname, description, ...)
  for _, definition in ipairs(definitions) do object[definition.arg] = values[definition.arg] end
end

--- Help text of a module: its name, description and the functions in it.
function usage.usage_module(module, name, description)
  local functions = {}
  for key, value in pairs(module) do
    local callable = type(value) == 'function'
      or type(value) == 'table' and getmetatable(value) and getmetatable(value).__call
    if callable and type(key) == 'string' and not key:find('^_') then
      functions[#functions + 1] = '  ' .. name .. '.' .. key
    end
  end
  table.sort(functions)
  return table.concat({colors.magenta .. name .. colors.none, description or '',
    'FUNCTIONS:', table.concat(functions, '\n')}, '\n')
end

return usage
