-- Small functions of package torch that concern no tensors: where Lua files lie, environments and
-- addresses of Lua values, the clock, terminals. Merged into `torch` by torch/init.lua.

local class = require 'torch.class'
local paths = require 'paths'
local posix = require 'paths.posix'

local utils = {}

--- Directory of a package's Lua files, or nil where the package is not found; without a name, the
-- directory that holds the package torch.
function utils.packageLuaPath(name)
  if name == nil then
    local own = utils.packageLuaPath('torch')
    return own and paths.dirname(own)
  end
  if type(name) ~= 'string' then
    error('torch.packageLuaPath: package name expected, got ' .. type(name), 2)
  end
  local file = package.searchpath(name, package.path)
  return file and paths.dirname(file)
end

--- Runs a Lua file of a package, given relative to the package's directory.
function utils.include(name, file)
  if type(name) ~= 'string' or type(file) ~= 'string' then
    error(('torch.include: package name and file name expected, got %s and %s')
      :format(type(name), type(file)), 2)
  end
  local directory = utils.packageLuaPath(name)
  if not directory then error('torch.include: package ' .. name .. ' not found', 2) end
  local chunk, message = loadfile(directory .. '/' .. file)
  if not chunk then error('torch.include: ' .. message, 2) end
  chunk()
end

--- The global function `include`: runs a Lua file given relative to the file of the caller, or with
-- `depth` 1 of the caller's caller and so on.
function _G.include(file, depth)
  if type(file) ~= 'string' then
    error('include: file name expected, got ' .. type(file), 2)
  end
  paths.dofile(file, 3 + (depth or 0))
end

local function check_owner(value, name)
  if type(value) ~= 'function' and type(value) ~= 'userdata' then
    error(('torch.%s: function or userdata expected, got %s'):format(name, type(value)), 3)
  end
end

--- Environment table of a function or userdata.
function utils.getenv(value)
  check_owner(value, 'getenv')
  return debug.getfenv(value)
end

--- Sets the environment table of a function or userdata.
function utils.setenv(value, environment)
  check_owner(value, 'setenv')
  if type(environment) ~= 'table' then
    error('torch.setenv: table expected, got ' .. type(environment), 2)
  end
  debug.setfenv(value, environment)
end

--- Number unique to a table, function, thread, userdata, string or cdata object while it lives.
-- Tensors that are handles of one C object give the same number; numbers count as strings.
function utils.pointer(value)
  local kind = type(value)
  if kind == 'cdata' then return class.address(value) end
  if kind == 'number' then
    value = tostring(value)
  elseif kind == 'nil' or kind == 'boolean' then
    error('torch.pointer: object, table, thread, string or function expected, got ' .. kind, 2)
  end
  return tonumber((('%p'):format(value)))
end

--- Whether an open Lua file is a terminal.
function utils.isatty(file)
  if io.type(file) ~= 'file' then
    error('torch.isatty: open file expected, got ' .. class.type(file), 2)
  end
  return posix.isatty(file)
end

--- Seconds on a clock that is never set back; torch.toc takes the difference.
function utils.tic()
  return posix.clock(posix.CLOCK_MONOTONIC)
end

--- Seconds since the moment `start` that torch.tic returned.
function utils.toc(start)
  if type(start) ~= 'number' then
    error("torch.toc: torch.tic's result expected, got " .. type(start), 2)
  end
  return posix.clock(posix.CLOCK_MONOTONIC) - start
end

--- Accepted for Torch7's sake: here the collector always sees the memory of tensors. The last value
--- is in torch._heaptracking.
function utils.setheaptracking(enabled)
  if type(enabled) ~= 'boolean' then
    error('torch.setheaptracking: boolean expected, got ' .. type(enabled), 2)
  end
  require('torch')._heaptracking = enabled
end

--- Accepted for Torch7's sake: errors need no handlers per thread here.
function utils.updateerrorhandlers() end

--- Accepted for Torch7's sake: a Lua state needs no per-thread setup here.
function utils.updatethreadlocals() end

return utils
