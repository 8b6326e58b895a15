-- What crosses to another thread by name rather than by value: the packages of luatorch and of
-- Lua, their functions, functions of C modules, and classes. A closure that has `torch` or
-- `math.floor` for an upvalue finds those of its new state.

local class = require 'torch.class'

local next = next

local names = {}

local packages = {
  '_G', 'string', 'table', 'math', 'io', 'os', 'debug', 'coroutine', 'package', 'bit', 'jit', 'ffi',
  'torch', 'nn', 'optim', 'paths', 'sys', 'xlua', 'threads', 'tds', 'image', 'graph', 'nngraph',
  'autograd', 'dok', 'env', 'trepl', 'gnuplot', 'argcheck', 'cutorch', 'cunn', 'cudnn',
}
local is_own = {}
for _, name in ipairs(packages) do is_own[name] = true end

local root = debug.getinfo(1, 'S').source:match('^(@.*[/\\])threads[/\\]names%.lua$') or '@?'

local known = setmetatable({}, {__mode = 'k'}) -- function or table -> its name, or false

-- The name of a function that is a field of a package; only(name) says which packages to search.
local function field_of(f, only)
  for name, module in pairs(package.loaded) do
    if type(module) == 'table' and only(name) then
      for key, value in next, module do
        if type(key) == 'string' and rawequal(value, f) then return 'f' .. name .. ':' .. key end
      end
    end
  end
end

local function every() return true end
local function own(name) return is_own[name:match('^[^.]+')] end

-- The name of a package; that of argcheck is a function.
local function name_of_package(value)
  for _, name in ipairs(packages) do
    if rawequal(package.loaded[name], value) then return 'm' .. name end
  end
end

local function name_of_function(f)
  local info = debug.getinfo(f, 'S')
  if info.what == 'C' then return field_of(f, own) or field_of(f, every) end
  return info.source:sub(1, #root) == root and (name_of_package(f) or field_of(f, own))
end

local function name_of_table(t)
  local name = name_of_package(t)
  if name then return name end
  local mt = getmetatable(t)
  local of_class = type(mt) == 'table' and rawget(mt, '__typename')
  if of_class and rawequal(class.getconstructortable(of_class), t) then return 'c' .. of_class end
  local of_metatable = rawget(t, '__typename')
  if type(of_metatable) == 'string' and rawequal(class.getmetatable(of_metatable), t) then
    return 't' .. of_metatable
  end
end

--- Name of a function or table, nil for one that has to cross by value.
function names.of(value)
  local name = known[value]
  if name == nil then
    name = (type(value) == 'function' and name_of_function or name_of_table)(value) or false
    known[value] = name
  end
  return name or nil
end

local finders = {
  m = function(name) return require(name) end,
  c = class.getconstructortable,
  t = class.getmetatable,
  f = function(name)
    local module, key = name:match('^(.*):([^:]*)$')
    return module and require(module)[key]
  end,
}

--- What has a name in this state. Raises where it has nothing of that name.
function names.find(name)
  local find = finders[name:sub(1, 1)]
  local value = find and find(name:sub(2))
  if value == nil then
    error(('there is no %s in this thread'):format(name:sub(2):gsub(':', '.')), 0)
  end
  return value
end

return names
