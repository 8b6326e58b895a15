-- Output handler for busted: the plain terminal report, and for scripts/test the running test's
-- name and the final counts "passed failed skipped" in the files that the environment names.

local plain = require 'busted.outputHandlers.plainTerminal'

local function write(variable, text)
  local name = os.getenv(variable)
  if name then
    local file = assert(io.open(name, 'w'))
    file:write(text, '\n')
    file:close()
  end
end

return function(options)
  local busted = require 'busted'
  local handler = plain(options)

  busted.subscribe({'test', 'start'}, function(element, parent)
    local file = element.trace and element.trace.short_src or '?'
    write('LUATORCH_TEST_RUNNING', file .. ': ' .. handler.getFullName(element, parent))
    return nil, true
  end)

  busted.subscribe({'suite', 'end'}, function()
    write('LUATORCH_TEST_COUNTS', ('%d %d %d'):format(
      handler.successesCount, handler.failuresCount + handler.errorsCount, handler.pendingsCount))
    return nil, true
  end)

  return handler
end
