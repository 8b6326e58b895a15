-- Torch7's class system. Classes are plain Lua metatables registered by name; instances are plain
-- tables, so method lookup is a chain of table-valued __index fields that the JIT folds away.
-- cdata objects (tensors, storages, generators) take part through torch.classcdata.
-- The functions of this module become torch.class, torch.typename and so on.

local cdata = require 'torch.classcdata'
local operators = require 'torch.classoperators'
local registry = require 'torch.classregistry'

local class = {}

local by_metatable, named = registry.by_metatable, registry.named
local entry_of, keep, metatable_of = registry.entry_of, registry.keep, registry.metatable_of

class.typename, class.type = registry.typename, registry.type
class.address, class.isequal = registry.address, registry.isequal
class.register_cdata, class.metatype = cdata.register_cdata, cdata.metatype
class.pushudata = cdata.pushudata

-- A class without __index__ and __newindex__ anywhere above it keeps a plain table as __index.
local function install_hooks(entry)
  local mt = entry.mt
  if mt.__index__ and type(mt.__index) ~= 'function' then
    mt.__index = function(object, key)
      local hook = mt.__index__
      if hook then
        local value, found = hook(object, key)
        if found then return value end
      end
      return mt[key]
    end
  end
  if mt.__newindex__ and rawget(mt, '__newindex') == nil then
    rawset(mt, '__newindex', function(object, key, value)
      local hook = mt.__newindex__
      if not (hook and hook(object, key, value)) then rawset(object, key, value) end
    end)
  end
  for _, child in ipairs(entry.children) do install_hooks(child) end
end

-- Creation -------------------------------------------------------------------------------------

local function new_entry(name)
  local mt = {__typename = name, __version = 1}
  mt.__index = mt
  for key, f in pairs(operators) do mt[key] = f end
  local entry = {name = name, mt = mt, children = {}}
  -- getmetatable(class metatable) is the parent's metatable, as in Torch7.
  entry.hooks = {
    __metatable = false,
    __newindex = function(_, key, value)
      keep(entry)
      rawset(mt, key, value)
      if key == '__index__' or key == '__newindex__' then install_hooks(entry) end
    end,
  }
  setmetatable(mt, entry.hooks)
  local function call(_, ...)
    local new = mt.__new
    if not new then error('class ' .. name .. ' has no constructor available', 2) end
    return new(...)
  end
  entry.constructor = setmetatable({},
    {__index = mt, __newindex = mt, __call = call, __metatable = mt})
  registry.add(entry)
  return entry
end

-- The table that will hold the constructor table of class `name`, and its key there.
local function holder_of(name, module, level)
  local path, key = name:match('^(.*)%.([^.]+)$')
  if module then return module, key or name end
  if not path then return _G, name end
  local node = _G
  for part in path:gmatch('[^.]+') do
    if node == _G then node = rawget(_G, part) else node = node[part] end
    if type(node) ~= 'table' then
      error(('while creating metatable %s: bad argument #1 (%s is an invalid module name)')
        :format(name, part), level + 1)
    end
  end
  return node, key
end

local function check_name(name, what, level)
  if type(name) ~= 'string' or name == '' then
    error(('%s: class name expected, got %s'):format(what,
      name == '' and "''" or registry.type(name)), level + 1)
  end
end

-- An optional argument of newmetatable.
local function check_kind(value, kind, n)
  if value ~= nil and type(value) ~= kind then
    error(('torch.newmetatable: expected a %s as argument %d, got %s'):format(kind, n,
      registry.type(value)), 3)
  end
end

local function define(name, parent_name, constructor, destructor, factory, module, level)
  local parent = parent_name and entry_of(parent_name)
  if parent_name and not parent then
    error(('while creating metatable %s: bad argument #2 (invalid parent class name %s)')
      :format(name, tostring(parent_name)), level + 1)
  end
  local old = named(name)
  if old then
    local above = parent
    while above do
      if above == old then error(name .. ' cannot inherit from itself', level + 1) end
      above = above.parent
    end
    local taken = factory and rawget(old.mt, '__factory') and 'factory'
      or constructor and rawget(old.mt, '__new') and 'constructor'
      or destructor and rawget(old.mt, '__gc') and 'destructor'
      or parent and old.parent and old.parent ~= parent and 'parent class'
    if taken then error(name .. ' has been already assigned a ' .. taken, level + 1) end
  end
  local holder, key = holder_of(name, module, level + 1)
  local entry = old or new_entry(name)
  local mt = entry.mt
  if entry.load then entry.load, entry.hooks.__index = nil, nil end
  if parent and not entry.parent then
    entry.parent = parent
    entry.hooks.__index, entry.hooks.__metatable = parent.mt, parent.mt
    table.insert(parent.children, entry)
    install_hooks(entry)
  end
  if constructor then
    mt.__new, mt.new = constructor, constructor
    holder[key] = entry.constructor
  end
  if destructor then mt.__gc = destructor end
  if factory then mt.__factory = factory end
  return mt
end

--- Puts the constructor table of class `name` in its place before the class is declared, unless
-- there is one. load(), which must declare the class, is called when it is first used.
function registry.promise(name, load)
  if named(name) then return end
  local entry = new_entry(name)
  entry.load = load
  entry.hooks.__index = function(mt, key)
    keep(entry)
    return mt[key]
  end
  local holder, key = holder_of(name, nil, 2)
  rawset(holder, key, entry.constructor)
end

--- Registers the class metatable `name`, or completes an existing one.
-- parent_name: class to inherit from; constructor(...): makes an object; destructor(object): stored
-- as __gc; factory(file): makes an uninitialised object for deserialization; module: table that
-- receives the constructor table (otherwise the global path of `name`, which must exist).
-- Raises where `name` already has what is to be assigned. Returns the metatable.
function class.newmetatable(name, parent_name, constructor, destructor, factory, module)
  check_name(name, 'torch.newmetatable', 2)
  check_kind(parent_name, 'string', 2)
  check_kind(constructor, 'function', 3)
  check_kind(destructor, 'function', 4)
  check_kind(factory, 'function', 5)
  check_kind(module, 'table', 6)
  local mt = define(name, parent_name, constructor, destructor, factory, module, 2)
  return mt
end

--- torch.class(name, [parentName], [module]): declares a class whose instances are tables.
-- Returns its metatable and, with a parent, the parent's metatable. Raises for a class that exists.
function class.class(name, parent_name, module)
  if type(parent_name) == 'table' and module == nil then parent_name, module = nil, parent_name end
  if type(name) ~= 'string' or name == ''
    or (parent_name ~= nil and type(parent_name) ~= 'string')
    or (module ~= nil and type(module) ~= 'table') then
    error('torch.class: <class name> [<parent class name>] [<module table>] expected', 2)
  end
  local mt
  local function constructor(...)
    local object = setmetatable({}, mt)
    local init = object.__init
    if init then init(object, ...) end
    return object
  end
  local function factory()
    return setmetatable({}, mt)
  end
  mt = define(name, parent_name, constructor, nil, factory, module, 2)
  if parent_name then return mt, entry_of(parent_name).mt end
  return mt
end

-- Queries --------------------------------------------------------------------------------------

--- Metatable of a class by name, nil where there is no such class.
function class.getmetatable(name)
  check_name(name, 'torch.getmetatable', 2)
  local entry = entry_of(name)
  return entry and entry.mt
end

--- Constructor table (nn.Linear, torch.FloatTensor) of a class by name, or nil.
function class.getconstructortable(name)
  check_name(name, 'torch.getconstructortable', 2)
  local entry = entry_of(name)
  return entry and entry.constructor
end

--- Factory of a class by name: a function that makes an uninitialised object, or nil.
function class.factory(name)
  check_name(name, 'torch.factory', 2)
  local entry = entry_of(name)
  return entry and rawget(entry.mt, '__factory')
end

--- Makes `object`, a table, an instance of the named class and returns it.
function class.setmetatable(object, name)
  if type(object) ~= 'table' then
    error('torch.setmetatable: table expected, got ' .. class.type(object), 2)
  end
  check_name(name, 'torch.setmetatable', 2)
  local entry = entry_of(name)
  if not entry then error('torch.setmetatable: unknown class ' .. name, 2) end
  return setmetatable(object, entry.mt)
end

--- Version number of an object's class (the metatable's __version), nil for other values.
function class.version(object)
  local mt = metatable_of(object)
  return mt and mt.__version
end

-- Whether a string is a Lua pattern rather than a class name, remembered for every string asked.
local is_pattern = setmetatable({}, {__index = function(known, spec)
  known[spec] = spec:find('[%^%$%(%)%%%[%]%*%+%-%?]') ~= nil
  return known[spec]
end})

--- Whether an object is of a class or inherits from it.
-- spec: a class name, a Lua pattern that is found in a class name, or a constructor table.
function class.isTypeOf(object, spec)
  if type(spec) ~= 'string' then
    local meta = getmetatable(spec)
    spec = type(meta) == 'table' and meta.__typename
    if type(spec) ~= 'string' then
      error('torch.isTypeOf: class name, pattern or constructor table expected', 2)
    end
  end
  local entry = by_metatable[metatable_of(object)]
  while entry do
    if entry.name == spec then return true end
    if is_pattern[spec] and entry.name:find(spec) then return true end
    entry = entry.parent
  end
  return false
end

local function name_test(pattern)
  local known = setmetatable({}, {__index = function(t, name)
    t[name] = name:find(pattern) ~= nil
    return t[name]
  end})
  return function(object)
    local mt = metatable_of(object)
    return mt ~= nil and known[by_metatable[mt].name]
  end
end

--- Whether a value is a tensor of any type (torch.*Tensor).
class.isTensor = name_test('^torch%..*Tensor$')

--- Whether a value is a storage of any type (torch.*Storage).
class.isStorage = name_test('^torch%..*Storage$')

return class
