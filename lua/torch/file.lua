-- Files: registers torch.File, torch.DiskFile, torch.PipeFile and torch.MemoryFile, and gives them
-- the methods for whole objects.

local F = require 'torch.ffi'
local base = require 'torch.filebase'
local kinds = require 'torch.serializekinds'
local reader = require 'torch.serializereader'
local writer = require 'torch.serializewriter'
require 'torch.fileelements'
require 'torch.diskfile'
require 'torch.pipefile'
require 'torch.memoryfile'

local File = base.File

--- Whether objects written more than once are stored once (true, the default) or each time.
function File:referenced(on)
  base.open_port(self, 'referenced')
  if type(on) ~= 'boolean' then F.bad_argument('referenced', 1, 'a boolean', on) end
  self.unreferenced = not on
  return self
end

--- Whether objects written more than once are stored once.
function File:isReferenced()
  base.open_port(self, 'isReferenced')
  return not self.unreferenced
end

--- An addition: whether readObject makes functions of stored bytecode. MemoryFile does by default,
-- DiskFile and PipeFile read inert stand-ins.
function File:functions(on)
  base.open_port(self, 'functions')
  if type(on) ~= 'boolean' then F.bad_argument('functions', 1, 'a boolean', on) end
  self.load_functions = on
  return self
end

--- Writes an object and everything that it refers to. debugname: what error messages call it.
-- hook(object), optional, gives the object to store in an object's place.
function File:writeObject(object, debugname, hook)
  base.check_writable(self, 'writeObject')
  if debugname ~= nil and type(debugname) ~= 'string' then
    F.bad_argument('writeObject', 2, 'a string', debugname)
  end
  if hook ~= nil and type(hook) ~= 'function' then
    F.bad_argument('writeObject', 3, 'a function', hook)
  end
  writer.write(self, object, debugname, hook)
end

--- Reads the next object.
function File:readObject()
  base.check_readable(self, 'readObject')
  return reader.read(self)
end

--- Number of the kind of record that stores an object, nil where none can.
function File:isWritableObject(object)
  base.open_port(self, 'isWritableObject')
  return (kinds.of(object))
end

return {}
