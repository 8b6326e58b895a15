-- Runs tests/fuzz_calls.lua, random calls with random arguments, in a process of its own, so that a
-- crash is reported with its seed and call.

local helpers = require 'helpers'

-- Runs the calls in an empty folder, since a string may be a file name. `cuda`: the folder of the
-- CUDA library, for tensors of GPUs among the arguments.
local function run(seed, seconds, cuda)
  local base = os.tmpname()
  os.remove(base)
  assert(os.execute(("mkdir '%s'"):format(base)) == 0)
  local log = base .. '/log'
  local status, output = helpers.luajit({helpers.folder .. '/fuzz_calls.lua', seed, seconds, log},
    {LUATORCH_CUDA = cuda or ''}, base, 120)
  local file = io.open(log)
  local call = file and file:read('*l')
  if file then file:close() end
  os.execute(("rm -r '%s'"):format(base))
  return status, output, call
end

--- Makes calls for that many seconds; raises an error where the process died, an error was none of
-- ours, or the arguments were no good.
return function(seed, seconds, cuda)
  local status, output, call = run(seed, seconds, cuda)
  local function demand(condition, ...)
    if not condition then error(table.concat({...}), 2) end
  end
  demand(status == 0, 'exit status ', status, ' in ', tostring(call), '\n', output)
  local calls, returned = output:match('(%d+) (%d+)\n$')
  calls, returned = tonumber(calls), tonumber(returned)
  demand(not output:match('raised a %w+'), output)
  demand(calls > 200, 'only ', calls, ' calls')
  demand(returned > calls / 10, 'nearly all calls raise: the arguments are no good')
end
