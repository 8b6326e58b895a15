-- Package paths: names of files and directories, listings, and where the running code lies.

local posix = require 'paths.posix'

local paths = {}
_G.paths = paths

-- Raised at the caller of the paths function that called this.
local function check_string(value, name, position)
  if type(value) ~= 'string' then
    error(('paths.%s: argument %d must be a string, got %s'):format(name, position, type(value)), 3)
  end
  return value
end

--- The user's home directory.
paths.home = os.getenv 'HOME'

--- Whether the path is a directory.
function paths.dirp(path)
  check_string(path, 'dirp', 1)
  return posix.access(path .. '/', posix.F_OK)
end

--- Whether the path exists and is no directory.
function paths.filep(path)
  check_string(path, 'filep', 1)
  return posix.access(path, posix.F_OK) and not posix.access(path .. '/', posix.F_OK)
end

local function strip_slashes(path)
  return path:match('^(.-)/*$')
end

--- Last component of a path, without `suffix` (with or without its dot) if that is given.
function paths.basename(path, suffix)
  check_string(path, 'basename', 1)
  if suffix ~= nil then check_string(suffix, 'basename', 2) end
  local stripped = strip_slashes(path)
  if stripped == '' then return path:sub(1, 1) end
  local base = stripped:match('[^/]+$')
  if suffix then
    suffix = '.' .. suffix:gsub('^%.', '')
    if #base > #suffix and base:sub(-#suffix) == suffix then base = base:sub(1, -#suffix - 1) end
  end
  return base
end

--- A path without its last component: '.' for a plain name, '/' for the root.
function paths.dirname(path)
  check_string(path, 'dirname', 1)
  local parent = strip_slashes(path):match('^(.*)/[^/]*$')
  if not parent then return path:sub(1, 1) == '/' and '/' or '.' end
  parent = strip_slashes(parent)
  return parent == '' and '/' or parent
end

--- Extension of a file name without the dot, or nil.
function paths.extname(path)
  check_string(path, 'extname', 1)
  return path:match('%.([^./]*)$')
end

--- Current directory.
function paths.cwd()
  local path, message = posix.getcwd()
  if not path then error('paths.cwd: ' .. message, 2) end
  return path
end

--- Absolute, normalised path made of the arguments; a relative one starts at the current directory
-- and an absolute argument starts anew. Without arguments: the current directory.
function paths.concat(...)
  local count = select('#', ...)
  local pieces = {''}
  for i = 1, count do
    local piece = check_string(select(i, ...), 'concat', i)
    if piece:sub(1, 1) == '/' then pieces = {} end
    pieces[#pieces + 1] = piece
  end
  if pieces[1] == '' then pieces[1] = paths.cwd() end
  local parts = {}
  for part in table.concat(pieces, '/'):gmatch('[^/]+') do
    if part == '..' then
      parts[#parts] = nil
    elseif part ~= '.' then
      parts[#parts + 1] = part
    end
  end
  return '/' .. table.concat(parts, '/')
end

--- Directory of the running executable.
function paths.execdir()
  local path, message = posix.readlink('/proc/self/exe')
  if not path then error('paths.execdir: ' .. message, 2) end
  return paths.dirname(path)
end

local temporary = {}
local cleaner = newproxy(true)
getmetatable(cleaner).__gc = function()
  for i = 1, #temporary do os.remove(temporary[i]) end
end
temporary.cleaner = cleaner

--- Name of a new empty file, which is removed when the Lua state closes.
function paths.tmpname()
  local name = os.tmpname()
  temporary[#temporary + 1] = name
  return name
end

--- Names in a directory, . and .. included, as a table; nil and a message where it is none.
function paths.dir(directory)
  return posix.names(check_string(directory, 'dir', 1))
end

local function iterate(directory, name, accept)
  local names, message = posix.names(check_string(directory, name, 1))
  if not names then error(('paths.%s: %s: %s'):format(name, directory, message), 3) end
  local i = 0
  return function()
    repeat i = i + 1 until names[i] == nil or accept(names[i])
    return names[i]
  end
end

--- Iterator over all names in a directory, . and .. included.
-- filter: a Lua pattern that names must match, or a function(name) that says which to keep.
function paths.files(directory, filter)
  local accept = filter or function() return true end
  if type(filter) == 'string' then
    accept = function(name) return name:find(filter) ~= nil end
  elseif filter ~= nil and type(filter) ~= 'function' then
    error('paths.files: filter must be a pattern or a function, got ' .. type(filter), 2)
  end
  return iterate(directory, 'files', accept)
end

--- Iterator over the names of the directories in a directory, without . and ..
function paths.iterdirs(directory)
  return iterate(directory, 'iterdirs', function(name)
    return name ~= '.' and name ~= '..' and paths.dirp(directory .. '/' .. name)
  end)
end

--- Iterator over the names in a directory that are no directories.
function paths.iterfiles(directory)
  return iterate(directory, 'iterfiles', function(name)
    return paths.filep(directory .. '/' .. name)
  end)
end

--- Makes a directory, whose parent must exist. Returns true, or nil and a message.
function paths.mkdir(directory)
  return posix.mkdir(check_string(directory, 'mkdir', 1))
end

--- Removes an empty directory. Returns true, or nil and a message.
function paths.rmdir(directory)
  return posix.rmdir(check_string(directory, 'rmdir', 1))
end

local function remove_all(path)
  local ok, message
  if paths.dirp(path) and not posix.readlink(path) then
    local names
    names, message = posix.names(path)
    if not names then return nil, message, path end
    for _, name in ipairs(names) do
      if name ~= '.' and name ~= '..' then
        local done, why, where = remove_all(path .. '/' .. name)
        if not done then return nil, why, where end
      end
    end
    ok, message = posix.rmdir(path)
  else
    ok, message = posix.unlink(path)
  end
  if not ok then return nil, message, path end
  return true
end

--- Removes a file or a directory with all it holds; links are removed, not followed. The second
-- argument must be 'yes'. Returns true, or nil, a message and the path that could not be removed.
function paths.rmall(path, confirmation)
  check_string(path, 'rmall', 1)
  if confirmation ~= 'yes' then
    error("paths.rmall: the second argument must be 'yes' to remove " .. path, 2)
  end
  return remove_all(path)
end

--- Names of the system, the node and the machine.
function paths.uname()
  return posix.uname()
end

--- A true value on Windows, else nil.
function paths.is_win()
  return posix.uname():match('Windows')
end

--- A true value on macOS, else nil.
function paths.is_mac()
  return posix.uname():match('Darwin')
end

--- Value in the registry; raises everywhere but on Windows.
function paths.getregistryvalue()
  error('paths.getregistryvalue: there is no registry on ' .. posix.uname(), 2)
end

--- Full path of the first of the named programs that is found on PATH, or nil.
function paths.findprogram(...)
  for i = 1, select('#', ...) do
    local name = check_string(select(i, ...), 'findprogram', i)
    local directories = name:find('/') and {''} or nil
    if not directories then
      directories = {}
      for directory in (os.getenv 'PATH' or ''):gmatch('[^:]+') do
        directories[#directories + 1] = directory .. '/'
      end
    end
    for _, directory in ipairs(directories) do
      local path = directory .. name
      if paths.filep(path) and posix.access(path, posix.X_OK) then return paths.concat(path) end
    end
  end
end

--- Absolute path of the file of the calling function, or nil where it is in no file.
-- name: instead the path of `name` in that file's directory. depth: 2 is the caller, 3 its caller.
function paths.thisfile(name, depth)
  local info = debug.getinfo(depth or 2, 'S')
  local file = info and info.source:match('^@(.*)$')
  if not file then return nil end
  file = paths.concat(file)
  if name == nil then return file end
  return paths.concat(paths.dirname(file), check_string(name, 'thisfile', 1))
end

--- Runs a Lua file whose name is relative to the file of the calling function (depth as in
-- thisfile), or to the current directory where the caller is in no file. Returns its results.
function paths.dofile(name, depth)
  check_string(name, 'dofile', 1)
  local file = paths.thisfile(name, (depth or 2) + 1) or name
  local chunk, message = loadfile(file)
  if not chunk then error('paths.dofile: ' .. message, 2) end
  return chunk()
end

--- Loads a C module like require, its symbols being visible to libraries loaded later.
function paths.require(name)
  check_string(name, 'require', 1)
  if package.loaded[name] ~= nil then return package.loaded[name] end
  local file, message = package.searchpath(name, package.cpath)
  if not file then error(('paths.require: module %s not found:%s'):format(name, message), 2) end
  local ok, why = package.loadlib(file, '*')
  if not ok then error('paths.require: ' .. why, 2) end
  local open
  open, why = package.loadlib(file, 'luaopen_' .. name:gsub('%.', '_'))
  if not open then error('paths.require: ' .. why, 2) end
  local module = open(name)
  if module ~= nil then package.loaded[name] = module end
  if package.loaded[name] == nil then package.loaded[name] = true end
  return package.loaded[name]
end

return paths
