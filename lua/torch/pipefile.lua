-- torch.PipeFile: the output or the input of a shell command.

local base = require 'torch.filebase'
local class = require 'torch.class'
local F = require 'torch.ffi'
local filestdio = require 'torch.filestdio'

--- torch.PipeFile(command, [mode='r'], [quiet=false]): reads what a command prints ('r') or writes
-- what it reads ('w').
local function new(command, mode, quiet)
  if type(command) ~= 'string' then F.bad_argument('torch.PipeFile', 1, 'a command', command) end
  mode = mode or 'r'
  local readable, writable = base.modes('torch.PipeFile', mode)
  if readable and writable then
    F.raise("torch.PipeFile: file mode should be 'r' or 'w', got 'rw'")
  end
  local port, reason = filestdio.open_pipe(command, mode)
  if port then
    return base.new('torch.PipeFile', '<' .. command .. '>', 'on <' .. command .. '> ', readable,
      writable, quiet, port)
  elseif not quiet then
    F.raise('cannot open <%s> in mode %s: %s', command, mode, reason)
  end
end

return class.newmetatable('torch.PipeFile', 'torch.DiskFile', new)
