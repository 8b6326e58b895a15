-- torch.File: the class, its flags and positions. A file is a table with a port (filestdio.lua,
-- filememory.lua) that moves bytes and a codec (fileascii.lua, filebinary.lua) that turns elements
-- into bytes.

local ffi = require 'ffi'
local class = require 'torch.class'
local F = require 'torch.ffi'
local ascii = require 'torch.fileascii'
local binary = require 'torch.filebinary'

local raise = F.raise
local File = class.newmetatable('torch.File')
local base = {File = File}

--- A new file of a class: name is for messages, label for tostring.
function base.new(class_name, name, label, readable, writable, quiet, port)
  local self = setmetatable({}, class.getmetatable(class_name))
  self.label = label
  self.name, self.port = name, port
  self.readable, self.writable, self.is_quiet = readable, writable, quiet or false
  self.codec, self.spacing, self.swap, self.long_size = ascii, true, false, 8
  self.failed = false
  return self
end

--- Splits a mode argument into readable and writable; raises for others than 'r', 'w' and 'rw'.
function base.modes(name, mode)
  if mode ~= 'r' and mode ~= 'w' and mode ~= 'rw' then
    raise("%s: file mode should be 'r', 'w' or 'rw', got %s", name, tostring(mode))
  end
  return mode ~= 'w', mode ~= 'r'
end

--- The port of an open file; raises, naming the method, for a closed one.
local function open_port(self, name)
  local port = type(self) == 'table' and rawget(self, 'port')
  if not port then
    if class.isTypeOf(self, 'torch.File') then
      raise('%s: attempt to use a closed file', name)
    end
    F.bad_argument(name, 1, 'a torch.File', self)
  end
  return port
end

--- Raises, naming the method, unless a file is open for reading.
function base.check_readable(self, name)
  open_port(self, name)
  if not self.readable then raise('%s: attempt to read in a write-only file', name) end
end

--- Raises, naming the method, unless a file is open for writing.
function base.check_writable(self, name)
  open_port(self, name)
  if not self.writable then raise('%s: attempt to write in a read-only file', name) end
end

--- Notes a failed input or output operation; raises unless the file is quiet.
local function fail(self, message, ...)
  self.failed = true
  if not self.is_quiet then
    raise('%s (%s)', message:format(...), self.name)
  end
end

base.open_port, base.fail = open_port, fail

-- Flags ----------------------------------------------------------------------------------------

local function setter(name, field, value)
  File[name] = function(self)
    open_port(self, name)
    self[field] = value
    return self
  end
end

local function query(name, get)
  File[name] = function(self)
    open_port(self, name)
    return get(self)
  end
end

setter('ascii', 'codec', ascii)
setter('binary', 'codec', binary)
setter('autoSpacing', 'spacing', true)
setter('noAutoSpacing', 'spacing', false)
setter('quiet', 'is_quiet', true)
setter('pedantic', 'is_quiet', false)
setter('clearError', 'failed', false)

query('isBinary', function(self) return self.codec == binary end)
query('isAutoSpacing', function(self) return self.spacing end)
query('isQuiet', function(self) return self.is_quiet end)
query('isReadable', function(self) return self.readable end)
query('isWritable', function(self) return self.writable end)
query('hasError', function(self) return self.failed end)

--- Size of longs in the binary encoding: 4 or 8 bytes, 0 for the machine's own.
function File:longSize(size)
  open_port(self, 'longSize')
  if size ~= 0 and size ~= 4 and size ~= 8 then
    raise('longSize: expected 0, 4 or 8, got %s', tostring(size))
  end
  self.long_size = size == 0 and ffi.sizeof('long') or size
  return self
end

-- Position -------------------------------------------------------------------------------------

--- Moves to a position; the first byte is at 1.
function File:seek(position)
  local port = open_port(self, 'seek')
  if type(position) ~= 'number' or not (position >= 1 and position < 2^53) then
    raise('seek: position has to be greater than 0, got %s', tostring(position))
  end
  position = math.floor(position) - 1
  if not port:seek(position) then fail(self, 'unable to seek at position %d', position + 1) end
  return self
end

--- Moves behind the last byte.
function File:seekEnd()
  if not open_port(self, 'seekEnd'):seek_end() then fail(self, 'unable to seek at end of file') end
  return self
end

--- Position of the next byte, from 1.
function File:position()
  local position = open_port(self, 'position'):tell()
  if not position then
    fail(self, 'unable to obtain the position')
    return 0
  end
  return position + 1
end

--- Hands everything written to the system.
function File:synchronize()
  local port = open_port(self, 'synchronize')
  if not port:flush() then fail(self, 'write error: %s', port.last_error()) end
  return self
end

--- Closes the file; raises where the system did not take everything that was written.
function File:close()
  local port = open_port(self, 'close')
  self.port = nil
  if not port:close() then fail(self, 'write error on closing: %s', port.last_error()) end
  return self
end

local function status(self)
  return ('[status: %s -- mode: %s%s]'):format(self.port and 'open' or 'closed',
    self.readable and 'r' or ' ', self.writable and 'w' or ' ')
end

--- "torch.DiskFile on <name> [status: open -- mode: rw]"
function File:__tostring__()
  return ('%s %s%s'):format(class.typename(self), self.label, status(self))
end

return base
