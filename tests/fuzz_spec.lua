-- Random calls with random arguments give results or Lua errors, never a crash;
-- tests/fuzz_calls.lua makes them in a process of its own, so that a crash is reported with its
-- seed and call.

local helpers = require 'helpers'

-- Runs the calls in an empty folder, since a string may be a file name.
local function fuzz(seed, seconds)
  local base = os.tmpname()
  os.remove(base)
  assert.are.equal(0, os.execute(("mkdir '%s'"):format(base)))
  local log = base .. '/log'
  local status, output = helpers.luajit({helpers.folder .. '/fuzz_calls.lua', seed, seconds, log},
    nil,
    base, 120)
  local file = io.open(log)
  local call = file and file:read('*l')
  if file then file:close() end
  os.execute(("rm -r '%s'"):format(base))
  return status, output, call
end

describe('random calls', function()
  for seed = 1, 3 do
    it('with seed ' .. seed, function()
      local status, output, call = fuzz(seed, 3)
      assert.are.equal(0, status, ('exit status %d in %s\n%s'):format(status, tostring(call),
        output))
      local calls, returned = output:match('(%d+) (%d+)\n$')
      calls, returned = tonumber(calls), tonumber(returned)
      assert.is_nil(output:match('raised a %w+'), output)
      assert.is_true(calls > 200, 'only ' .. calls .. ' calls')
      assert.is_true(returned > calls / 10, 'nearly all calls raise: the arguments are no good')
    end)
  end
end)
