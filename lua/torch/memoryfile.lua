-- torch.MemoryFile: a file in the memory of a CharStorage.

local base = require 'torch.filebase'
local class = require 'torch.class'
local F = require 'torch.ffi'
local filememory = require 'torch.filememory'

--- torch.MemoryFile([mode='rw']): an empty file. torch.MemoryFile(storage, [mode='rw']): the bytes
-- of a CharStorage, which must end with a NUL and grows with the file.
local function new(storage, mode)
  if class.typename(storage) ~= 'torch.CharStorage' then
    if mode ~= nil then F.bad_argument('torch.MemoryFile', 1, 'a CharStorage', storage) end
    storage, mode = nil, storage
  end
  local readable, writable = base.modes('torch.MemoryFile', mode or 'rw')
  if storage then
    local n = #storage
    if n < 1 or storage[n] ~= 0 then
      F.raise('torch.MemoryFile: provided CharStorage must be terminated by 0')
    end
  else
    storage = class.getconstructortable('torch.CharStorage')(1):fill(0)
  end
  local self = base.new('torch.MemoryFile', 'memory file', '', readable, writable, false,
    filememory.open(storage))
  self.load_functions = true
  return self
end

local MemoryFile = class.newmetatable('torch.MemoryFile', 'torch.File', new)

--- The file's CharStorage, sized to its bytes and a NUL behind them.
function MemoryFile:storage()
  return base.open_port(self, 'storage'):trimmed()
end

return MemoryFile
