-- Files that are written as a whole or not at all: under another name in the same folder, renamed
-- when everything is there. Devices and pipes are written directly.

local class = require 'torch.class'
local filesystem = require 'torch.filesystem'
local raise = require('torch.ffi').raise

local temporary_count = 0

-- A new file, for writing, in the folder of `path`, and its name.
local function open_temporary(path, name)
  local folder = path:match('^(.*/)[^/]*$') or ''
  local temporary
  repeat
    temporary_count = temporary_count + 1
    temporary = ('%s.luatorch-%d-%d.tmp'):format(folder, filesystem.process(), temporary_count)
  until not filesystem.stat(temporary)
  local file = class.getconstructortable('torch.DiskFile')(temporary, 'w', true)
  if not file then
    raise('cannot open <%s> in mode  w: %s', name, filesystem.last_error())
  end
  return file:pedantic(), temporary -- it was quiet for its opening alone
end

local function write_and_close(file, write)
  local ok, message = pcall(write, file)
  if ok then ok, message = pcall(file.close, file) end
  if rawget(file, 'port') then pcall(file.close, file) end
  return ok, message
end

--- Calls write(file) with a torch.DiskFile, which is `filename` when write has returned and the
-- file is closed. A failure leaves what was there and raises the error of write.
return function(filename, write)
  local path = filesystem.realpath(filename) or filename
  local old = filesystem.stat(path)
  if old and old.kind ~= 'file' then -- a device or a pipe
    local file = class.getconstructortable('torch.DiskFile')(filename, 'w')
    local ok, message = write_and_close(file, write)
    if not ok then error(message, 0) end
    return
  end
  local file, temporary = open_temporary(path, filename)
  file.name = '<' .. filename .. '>'
  local ok, message = write_and_close(file, write)
  if ok and old then filesystem.chmod(temporary, old.permissions) end
  if not ok then
    os.remove(temporary)
    error(message, 0)
  end
  local renamed, reason = os.rename(temporary, path)
  if not renamed then
    os.remove(temporary)
    raise('cannot write <%s>: %s', filename, reason:match(': (.*)$') or reason)
  end
end
