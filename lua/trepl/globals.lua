-- Tools for the global namespace: who, import, monitor_G.

local globals = {}

local system = {}        -- names that were there before the user's own
local BOOKKEEPING = {_RESULTS = true, _RESULT = true, _LAST = true, arg = true}
local monitored          -- whether monitor_G has been called
local loaded_on_use      -- what finds globals that are not set, without monitor_G: see init.lua

--- Takes the present globals for the system's, which who() leaves out.
function globals.mark_system()
  for name in pairs(_G) do system[name] = true end
end

local function summary(value)
  local torch = package.loaded.torch
  local kind = torch and torch.typename(value) or type(value)
  if kind == 'number' or kind == 'boolean' then return kind .. ' = ' .. tostring(value) end
  if kind == 'string' then
    local text = #value > 40 and value:sub(1, 40) .. '...' or value
    return ('string = %q'):format(text):gsub('\\\n', '\\n')
  end
  return kind
end

--- who([system]): prints the globals that were made since start, by name, with type or value;
--- who(true) prints those of Lua and Torch as well.
function globals.who(all)
  local names = {}
  for name in pairs(_G) do
    if all or not (system[name] or BOOKKEEPING[name]) then names[#names + 1] = tostring(name) end
  end
  table.sort(names)
  local lines = {}
  for i, name in ipairs(names) do
    lines[i] = ('%-20s %s\n'):format(name, (summary(rawget(_G, name))))
  end
  io.write(#lines > 0 and table.concat(lines) or 'no globals\n')
end

--- import(package, [forced]): makes every field of a package (a table, or a name to require) a
--- global. A global that exists is kept, with a message, unless `forced`.
function globals.import(package, forced)
  local fields = package
  if type(package) == 'string' then fields = require(package) end
  if type(fields) ~= 'table' then
    error(('import: expected a package or its name, got %s'):format(type(package)), 2)
  end
  for name, value in pairs(fields) do
    local present = rawget(_G, name)
    if forced or present == nil then
      rawset(_G, name, value)
    elseif present ~= value then
      io.stderr:write(('import: global %s exists and is kept\n'):format(tostring(name)))
    end
  end
end

-- Where the code that touched a global stands.
local function location()
  local info = debug.getinfo(4, 'Sl')
  if not info or info.what == 'C' then return '[C]' end
  return ('%s:%d'):format(info.short_src, info.currentline)
end

local function reporter(callback)
  if callback == true then return function(message) error(message, 3) end end
  local write = callback or function(message) io.stderr:write(message, '\n') end
  return function(message, name) write(message .. ' @ ' .. location(), name) end
end

--- monitor_G([callback]): from now on reports every creation of a global and every access to one
--- that does not exist: by a line on standard error, as an error where `callback` is true, else by
--- callback(message, name).
function globals.monitor(callback)
  if callback ~= nil and callback ~= true and type(callback) ~= 'function' then
    error(('monitor_G: expected true or a function, got %s'):format(type(callback)), 2)
  end
  local report = reporter(callback)
  local assigned = {}
  local mt = getmetatable(_G) or {}
  if not monitored then loaded_on_use, monitored = mt.__index, true end
  mt.__newindex = function(_, name, value)
    if not assigned[name] and not BOOKKEEPING[name] then
      report('created global variable: ' .. tostring(name), name)
    end
    assigned[name] = true
    rawset(_G, name, value)
  end
  mt.__index = function(_, name)
    if assigned[name] or BOOKKEEPING[name] then return nil end
    local value = loaded_on_use and loaded_on_use(_G, name)
    if value ~= nil then return value end
    report('attempt to read undeclared variable ' .. tostring(name), name)
  end
  setmetatable(_G, mt)
end

return globals
