-- require for paths: './name', '../name' and '/name' are files, looked for beside the file that
-- calls and then in the current folder; every other name goes to Lua's require.

local ffi = require 'ffi'

ffi.cdef 'char *realpath(const char *path, char *resolved);'

local plain_require = require
local PATH_MAX = 4096
local resolved = ffi.new('char[?]', PATH_MAX)

local function torch_load(path)
  return require('torch').load(path)
end

local function read_text(path)
  local file = assert(io.open(path, 'rb'))
  local text, message = file:read('*a')
  file:close()
  if not text then error(('%s: %s'):format(path, message), 0) end
  return text
end

local function decode_json(path)
  local found, json = pcall(plain_require, 'cjson')
  if not found then found, json = pcall(plain_require, 'dkjson') end
  if not found then
    error(('%s: reading JSON needs lua-cjson or lua-dkjson'):format(path), 0)
  end
  -- cjson raises the message, dkjson returns it.
  local ok, value, _, message = pcall(json.decode, read_text(path))
  if not ok or message then error(('%s: %s'):format(path, message or value), 0) end
  return value
end

local function run_lua(path)
  local chunk, message = loadfile(path)
  if not chunk then error(message, 0) end
  return chunk(path)
end

local function open_library(path)
  local name = path:match('([^/]+)%.so$'):gsub('^lib', '')
  local open, message = package.loadlib(path, 'luaopen_' .. name)
  if not open then error(message, 0) end
  return open(name)
end

local function read_csv(path)
  return require('trepl.csv')(read_text(path), path)
end

local loaders = {
  lua = run_lua, th = torch_load, net = torch_load,
  json = decode_json, csv = read_csv, so = open_library,
}
local ENDINGS = {'.lua', '/init.lua', '.th', '.net', '.json', '.csv', '.so'}

local function real_path(path)
  if #path >= PATH_MAX or ffi.C.realpath(path, resolved) == nil then return end
  return ffi.string(resolved)
end

-- The file that `path` means, as an absolute path without symbolic links.
local function find(path)
  if loaders[path:match('%.(%w+)$')] then
    local file = real_path(path)
    if file then return file end
  end
  for _, ending in ipairs(ENDINGS) do
    local file = real_path(path .. ending)
    if file then return file end
  end
end

local function load_path(name, folder)
  local tried = {}
  if name:sub(1, 1) == '/' then
    tried[1] = name
  else
    if folder then tried[1] = folder .. name end
    tried[#tried + 1] = name
  end
  local path
  for _, candidate in ipairs(tried) do
    path = find(candidate)
    if path then break end
  end
  if not path then
    error(("require: no file for '%s' (tried %s with %s)"):format(
      name, table.concat(tried, ', '), table.concat(ENDINGS, ' ')), 2)
  end
  if package.loaded[path] == nil then
    local value = loaders[path:match('%.(%w+)$')](path)
    package.loaded[path] = value == nil or value
  end
  return package.loaded[path]
end

-- Folder of the file that called require. A tail call leaves no trace of its file but load_path's
-- local variable, where load_path runs that file.
local function caller_folder()
  local caller = debug.getinfo(3, 'Sf')
  if not caller then return end
  local source = caller.source
  for i = 1, caller.func == load_path and 10 or 0 do
    local name, value = debug.getlocal(3, i)
    if name == 'path' then source = '@' .. value end
  end
  return source:match('^@(.*/)')
end

--- require(name): Lua's require, and for a name that starts with './', '../' or '/' the value of a
--- file: .lua and a folder's init.lua are run, .th and .net are read by torch.load, .json and .csv
--- become tables, .so is opened. A file is loaded once.
return function(name)
  if type(name) ~= 'string' or not name:find('^%.?%.?/') then return plain_require(name) end
  return load_path(name, (caller_folder()))
end
