-- Package xlua: printing, named arguments, a progress bar, option parsing, profiling.

local class = require 'torch.class'
local log_line = require 'torch.logline'
local progress = require 'xlua.progress'
local text = require 'xlua.text'
local usage = require 'xlua.usage'

local xlua = {lua_print = print, progress = progress}
_G.xlua = xlua

for name, f in pairs(text) do xlua[name] = f end
for name, f in pairs(usage) do xlua[name] = f end

require 'xlua.OptionParser'
require 'xlua.Profiler'

-- Names that exist before the user's own variables.
local own_globals = {}
for name in pairs(_G) do own_globals[name] = true end

local function nested_text(value, indent, seen)
  if type(value) ~= 'table' or class.typename(value) or seen[value] then return tostring(value) end
  seen[value] = true
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if type(a) == 'number' and type(b) == 'number' then return a < b end
    return tostring(a) < tostring(b)
  end)
  local lines = {}
  for i, key in ipairs(keys) do
    local label = '[' .. tostring(key) .. '] = '
    lines[i] = label .. nested_text(value[key], indent .. (' '):rep(#label + 1), seen)
  end
  seen[value] = nil
  return '{' .. table.concat(lines, ',\n ' .. indent) .. '}'
end

--- Prints values like print, but tables with what is in them, nested ones too.
function xlua.print(...)
  local parts = {}
  for i = 1, select('#', ...) do parts[i] = nested_text(select(i, ...), '', {}) end
  xlua.lua_print(table.concat(parts, '\t'))
end

--- From now on everything printed also goes to a file. append: keep what the file holds.
function xlua.log(file, append)
  local log, message = io.open(file, append and 'a' or 'w')
  if not log then error('xlua.log: ' .. message, 2) end
  local print_before = print
  _G.print = function(...)
    print_before(...)
    local parts = {}
    for i = 1, select('#', ...) do parts[i] = tostring((select(i, ...))) end
    local ok, reason = log_line(log, table.concat(parts, '\t'))
    if not ok then error(('xlua.log: cannot write %s: %s'):format(file, reason), 2) end
  end
end

-- Names of the user's globals: loaded packages, other variables.
local function user_globals()
  local packages, variables = {}, {}
  for name, value in pairs(_G) do
    if package.loaded[name] == value and type(value) == 'table' then
      packages[#packages + 1] = name
    elseif not own_globals[name] then
      variables[#variables + 1] = name
    end
  end
  table.sort(packages, function(a, b) return tostring(a) < tostring(b) end)
  table.sort(variables, function(a, b) return tostring(a) < tostring(b) end)
  return packages, variables
end

--- Clears all global variables that the user made and collects garbage.
function xlua.clearall()
  local _, variables = user_globals()
  for _, name in ipairs(variables) do rawset(_G, name, nil) end
  collectgarbage()
end

--- Clears one global variable.
function xlua.clear(name)
  if type(name) ~= 'string' then
    error('xlua.clear: variable name expected, got ' .. type(name), 2)
  end
  rawset(_G, name, nil)
  collectgarbage()
end

--- Prints the global packages and the variables that the user made.
function xlua.who()
  local packages, variables = user_globals()
  local values = {}
  for _, name in ipairs(variables) do values[name] = _G[name] end
  xlua.lua_print('\nGlobal Libs:')
  xlua.print(packages)
  xlua.lua_print('\nGlobal Vars:')
  xlua.print(values)
  xlua.lua_print('')
end

--- Calls try(); where it raises, calls catch(error).
function xlua.trycatch(try, catch)
  local ok, err = pcall(try)
  if not ok and catch then catch(err) end
end

--- Whether a package can be found.
function xlua.installed(name)
  if type(name) ~= 'string' then
    error('xlua.installed: package name expected, got ' .. type(name), 2)
  end
  return package.loaded[name] ~= nil or package.preload[name] ~= nil
    or package.searchpath(name, package.path) ~= nil
    or package.searchpath(name, package.cpath) ~= nil
end

--- Loads a package and returns it, or says on standard error that it is missing and returns nil.
-- luarocks: install a missing package with LuaRocks first; server: from where.
function xlua.require(name, luarocks, server)
  local ok, module = pcall(require, name)
  if ok then return module end
  if luarocks then
    if not name:find('^[%w._-]+$') or server and not server:find('^[%w:/._-]+$') then
      error(('xlua.require: cannot install %s from %s'):format(name, tostring(server)), 2)
    end
    os.execute('luarocks ' .. (server and '--server=' .. server .. ' ' or '') .. 'install ' .. name)
    ok, module = pcall(require, name)
    if ok then return module end
  end
  io.stderr:write('<xlua.require> package not found: ', name, '\n', tostring(module), '\n')
end

local function from_environment(value, default)
  if type(default) == 'number' then return tonumber(value) end
  if type(default) == 'boolean' then return value == 'true' or value == '1' end
  return value
end

--- A copy of a table of settings in which environment variables of the same names win; they are
-- converted to the type of the default.
function xlua.envparams(defaults)
  local params = {}
  for name, default in pairs(defaults) do
    local value = os.getenv(name)
    params[name] = default
    if value ~= nil then
      local converted = from_environment(value, default)
      if converted == nil then
        error(('xlua.envparams: %s is no number: %s'):format(name, value), 2)
      end
      params[name] = converted
    end
  end
  return params
end

return xlua
