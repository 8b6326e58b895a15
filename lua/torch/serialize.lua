-- torch.save, torch.load, torch.serialize, torch.deserialize: object graphs in files, strings and
-- storages, in Torch7's formats. torch.save replaces a file as a whole or not at all; torch.load
-- never runs code of a file unless it is asked to.

local class = require 'torch.class'
local F = require 'torch.ffi'
local replace = require 'torch.replacefile'
require 'torch.file'
require 'torch.serializetensor'

local serialize = {}

local class_of_file = class.getconstructortable
local raise = F.raise

local modes = {
  binary = function(file) return file:binary() end,
  ascii = function(file) return file:ascii() end,
  b32 = function(file) return file:binary():longSize(4) end,
  b64 = function(file) return file:binary():longSize(8) end,
}

local function check_mode(name, mode)
  if mode == nil then return modes.binary end
  if not modes[mode] then
    raise('%s: "binary", "b32", "b64" or "ascii" (or nil) expected for mode, got %s', name,
      type(mode) == 'string' and mode or F.describe(mode))
  end
  return modes[mode]
end

-- The last argument of load and save: whether objects are stored by reference, or options.
local function options_of(name, options)
  if type(options) == 'boolean' then options = {referenced = options} end
  if options == nil then options = {} end
  if type(options) ~= 'table' then
    F.bad_argument(name, name == 'torch.load' and 3 or 4, 'a boolean or a table', options)
  end
  return options
end

-- Saving ---------------------------------------------------------------------------------------

--- torch.save(filename, object, [mode='binary'], [referenced=true]): writes an object to a file.
-- The file is written under another name in the same folder and renamed; a failure leaves what
-- was there. mode: 'binary', 'ascii', 'b32' or 'b64' (longs of 4 or 8 bytes). The last argument
-- may be a table {referenced =}.
function serialize.save(filename, object, mode, options)
  if type(filename) ~= 'string' then F.bad_argument('torch.save', 1, 'a file name', filename) end
  local set_mode = check_mode('torch.save', mode)
  options = options_of('torch.save', options)
  replace(filename, function(file)
    set_mode(file):referenced(options.referenced ~= false)
    file:writeObject(object)
  end)
end

-- Loading --------------------------------------------------------------------------------------

--- torch.load(filename, [mode='binary'], [referenced=true]): reads an object from a file.
-- The last argument may be a table {referenced =, functions =, cpu =}: with functions = true,
-- functions in the file become functions, which may do anything; else they become
-- torch.InertFunction objects. LUATORCH_LOAD_FUNCTIONS=1 in the environment changes the default.
-- With cpu = true tensors of GPUs are read as those of the CPU and layers of cudnn as those of nn,
-- so that no GPU is needed.
function serialize.load(filename, mode, options)
  if type(filename) ~= 'string' then F.bad_argument('torch.load', 1, 'a file name', filename) end
  local set_mode = check_mode('torch.load', mode)
  options = options_of('torch.load', options)
  local file = set_mode(class_of_file('torch.DiskFile')(filename, 'r'))
  file:referenced(options.referenced ~= false)
  if options.functions ~= nil then file:functions(options.functions) end
  if options.cpu ~= nil and type(options.cpu) ~= 'boolean' then
    F.bad_argument('torch.load', 3, 'a table with true or false as cpu', options.cpu)
  end
  file.to_cpu = options.cpu
  local ok, object = pcall(file.readObject, file)
  file:close()
  if not ok then error(object, 0) end
  return object
end

-- Memory ---------------------------------------------------------------------------------------

local function to_storage(object, set_mode)
  local file = set_mode(class_of_file('torch.MemoryFile')())
  file:writeObject(object)
  local storage = file:storage()
  file:close()
  return storage:resize(#storage - 1)
end

--- torch.serializeToStorage(object, [mode='binary']): the bytes of an object, as a CharStorage.
function serialize.serializeToStorage(object, mode)
  return to_storage(object, check_mode('torch.serializeToStorage', mode))
end

--- torch.serialize(object, [mode='binary']): the bytes of an object, as a string.
function serialize.serialize(object, mode)
  return to_storage(object, check_mode('torch.serialize', mode)):string()
end

local function read_storage(storage, set_mode)
  local file = set_mode(class_of_file('torch.MemoryFile')(storage, 'r'))
  local object = file:readObject()
  file:close()
  return object
end

--- torch.deserializeFromStorage(storage, [mode='binary']): the object in a CharStorage. Functions
-- are loaded; bytes from elsewhere belong in a file.
function serialize.deserializeFromStorage(storage, mode)
  if class.typename(storage) ~= 'torch.CharStorage' then
    F.bad_argument('torch.deserializeFromStorage', 1, 'a CharStorage', storage)
  end
  local set_mode = check_mode('torch.deserializeFromStorage', mode)
  local n = #storage
  local copy = storage.new(storage, n + 1)
  storage.new(copy, copy, 1, n):copy(storage)
  copy[n + 1] = 0
  return read_storage(copy, set_mode)
end

--- torch.deserialize(string, [mode='binary']): the object in a string. Functions are loaded; bytes
-- from elsewhere belong in a file.
function serialize.deserialize(text, mode)
  if type(text) ~= 'string' then F.bad_argument('torch.deserialize', 1, 'a string', text) end
  local set_mode = check_mode('torch.deserialize', mode)
  return read_storage(class_of_file('torch.CharStorage')():string(text .. '\0'), set_mode)
end

serialize.saveobj, serialize.loadobj = serialize.save, serialize.load

return serialize
