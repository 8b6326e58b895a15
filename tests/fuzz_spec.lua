-- Random calls with random arguments give results or Lua errors, never a crash: tests/fuzz_run.lua.

local fuzz = require 'fuzz_run'

describe('random calls', function()
  for seed = 1, 3 do
    it('with seed ' .. seed, function() fuzz(seed, 3) end)
  end
end)
