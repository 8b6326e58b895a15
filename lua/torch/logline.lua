-- Lines of logs: each is in its file when it has been written, or an error says why not.

--- Writes a line to an open file and flushes it. Returns true, or nil and a message.
local function write(file, line)
  local ok, message = file:write(line, '\n')
  if ok then ok, message = file:flush() end
  return ok, message
end

-- A compiled flush that fails is repeated by the interpreter; what was to be written is gone by
-- then, and the second flush succeeds.
jit.off(write)

return write
