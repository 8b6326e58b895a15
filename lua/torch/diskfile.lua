-- torch.DiskFile: a file on disk.

local ffi = require 'ffi'
local class = require 'torch.class'
local F = require 'torch.ffi'
local base = require 'torch.filebase'
local filestdio = require 'torch.filestdio'

-- Reading and writing keeps what the file has; a file that does not exist is made.
local function open(path, mode)
  if mode == 'r' then return filestdio.open(path, 'rb') end
  if mode == 'w' then return filestdio.open(path, 'wb') end
  local port, reason = filestdio.open(path, 'r+b')
  if not port then port, reason = filestdio.open(path, 'w+b') end
  return port, reason
end

--- torch.DiskFile(name, [mode='r'], [quiet=false]): opens a file for reading ('r'), writing ('w')
-- or both ('rw'). Raises where it cannot be opened; a quiet one returns nil.
local function new(name, mode, quiet)
  if type(name) ~= 'string' then F.bad_argument('torch.DiskFile', 1, 'a file name', name) end
  mode = mode or 'r'
  local readable, writable = base.modes('torch.DiskFile', mode)
  local port, reason = open(name, mode)
  if port then
    return base.new('torch.DiskFile', '<' .. name .. '>', 'on <' .. name .. '> ', readable,
      writable, quiet, port)
  elseif not quiet then
    F.raise('cannot open <%s> in mode %s%s: %s', name, readable and 'r' or ' ',
      writable and 'w' or ' ', reason)
  end
end

local DiskFile = class.newmetatable('torch.DiskFile', 'torch.File', new)

local function encoding(name, swap)
  DiskFile[name] = function(self)
    base.open_port(self, name)
    self.swap = swap
    return self
  end
end

encoding('nativeEndianEncoding', false)
encoding('littleEndianEncoding', ffi.abi('be'))
encoding('bigEndianEncoding', ffi.abi('le'))

--- Byte order of this machine.
function DiskFile.isLittleEndianCPU() return ffi.abi('le') end
function DiskFile.isBigEndianCPU() return ffi.abi('be') end

--- Every write goes to the system at once.
function DiskFile:noBuffer()
  base.open_port(self, 'noBuffer'):unbuffer()
  return self
end

return DiskFile
