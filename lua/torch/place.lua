-- Where an error was raised: the package of luatorch that a chunk belongs to, and the modules of nn
-- that were being called. Found on the stack when there is an error, so that calls that succeed pay
-- nothing for it.

local debug, getmetatable, rawequal, rawget = debug, getmetatable, rawequal, rawget
local pairs, setmetatable, type = pairs, setmetatable, type

local place = {}

local root = debug.getinfo(1, 'S').source:match('^(@.*[/\\])torch[/\\]place%.lua$') or '@?'
local own_packages = {
  torch = true, nn = true, optim = true, autograd = true, cutorch = true, cunn = true, cudnn = true,
  image = true, graph = true, nngraph = true, xlua = true, threads = true, gnuplot = true,
  tds = true, argcheck = true,
}

--- The package of luatorch that a chunk belongs to, or nil. Generated chunks are named
-- '=torch.<name>', those of nn '=torch.nn.<name>'.
local function package_of(source)
  if source:sub(1, 7) == '=torch.' then return source:match('^=torch%.nn%.') and 'nn' or 'torch' end
  if source:sub(1, #root) ~= root then return nil end
  local package_name = source:sub(#root + 1):match('^[^/\\.]*')
  return own_packages[package_name] and package_name
end
place.package_of = package_of

local MAX_LEVELS = 250

--- Functions that put the place of a module before an error themselves; see place.of.
place.rethrowing = setmetatable({}, {__mode = 'k'})

-- Value of the innermost loop at a stack level of the caller, 1 outside loops.
local function loop_index(level)
  local found, n = 1, 1
  while true do
    local name, value = debug.getlocal(level + 1, n)
    if not name then return found end
    if name == '(for index)' or name == '(for control)' then found = value end
    n = n + 1
  end
end

local function index_of(list, x)
  for i = 1, #list do
    if rawequal(list[i], x) then return i end
  end
end

-- Whether f is a method of a class or of one that it inherits from.
local function is_method(class, f)
  while type(class) == 'table' do
    for _, value in pairs(class) do
      if rawequal(value, f) then return true end
    end
    class = getmetatable(class)
  end
  return false
end

-- Name of the class of nn that declares a method, or nil.
local function declaring_class(f)
  local registered = require('torch.class').getmetatable
  for name in pairs(package.loaded.nn) do
    local class = type(name) == 'string' and registered('nn.' .. name)
    for _, value in pairs(class or {}) do
      if rawequal(value, f) then return class.updateOutput and class.__typename end
    end
  end
  return nil
end

-- Name of the class of nn that a frame's function computes for, or nil. Compiled code does not
-- restore variables that it will not use again, so that `self` may be something left over: without
-- a class that has the function, the class is the one that declares it.
local function class_of(f, self)
  local class = type(self) == 'table' and getmetatable(self)
  if class and class.updateOutput and is_method(class, f) then return class.__typename end
  return declaring_class(f)
end

-- Whether f is a method of every module or criterion, which calls others of the same one.
local function is_general(f)
  local registered = require('torch.class').getmetatable
  return is_method(registered('nn.Module'), f) or is_method(registered('nn.Criterion'), f)
end

-- A line for a container on the stack that is calling one of its modules, and that module; nil
-- where there is none. nn's own
-- containers call their modules in loops over their numbers (or the first one). The loop is asked
-- rather than the inner frame's `self`, for the reason above. Containers of nngraph, which do not
-- run their modules in order, say where they are with their method _place.
local function container_line(package_name, outer, inner, i)
  local modules = rawget(outer, 'modules')
  if type(modules) ~= 'table' then return nil end
  local class = getmetatable(outer)
  if package_name == 'nngraph' and class._place then return class._place(outer) end
  i = i or index_of(modules, inner)
  if not i or not modules[i] then return nil end
  return ('In %d module of %s:\n'):format(i, class and class.__typename or 'a table'), modules[i]
end

-- The name of the innermost module's class, given the module that its container was calling.
local function more_exact(name, module)
  local first = getmetatable(module)
  local class = first
  while name and class and class.__typename ~= name do class = getmetatable(class) end
  return class and first.__typename or name
end

--- "In 3 module of nn.Sequential:" for every container on the stack (a method's `self` that has
-- `modules`) that is calling one of its modules, the outermost first, "In nn.X:" for modules and
-- criterions that call others without containing them so; and the name of the innermost module, or
-- nil where none was called. level is the stack level of the caller where the search starts.
function place.of(level)
  local lines, inside, inner, name, named, foreign = '', false, nil, nil, nil, false
  for l = level, level + MAX_LEVELS do
    local info = debug.getinfo(l, 'fS')
    if not info or place.rethrowing[info.func] then break end
    local package_name = package_of(info.source)
    local in_nn = package_name == 'nn'
    foreign = foreign or (not package_name and info.what ~= 'C')
    local first, outer = debug.getlocal(l, 1)
    if first == 'self' and (in_nn or type(outer) == 'table') then
      local line, module
      if inside and type(outer) == 'table' and not rawequal(outer, inner) then
        line, module = container_line(package_name, outer, inner, in_nn and loop_index(l))
        if module and lines == '' and not foreign then name = more_exact(name, module) end
      end
      local class = in_nn and not foreign and not line and not rawequal(outer, named)
        and class_of(info.func, outer)
      if class and not (name and is_general(info.func)) then
        if name then line = ('In %s:\n'):format(class) end
        name, named = name or class, outer
      end
      if line then lines, named = line .. lines, outer end
      inside, inner = true, outer
    end
  end
  return lines, name
end

return place
