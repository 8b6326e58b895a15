-- Damages files of every format at random and reads them, for long: luajit tests/fuzz/readers.lua
-- [COUNT] [SEED] [FORMAT], each format COUNT times (a million). `make fuzz` runs it;
-- tests/damage.lua has the formats and says what must hold.

local count, seed, only = tonumber(arg[1] or 1e6), tonumber(arg[2] or 1), arg[3]
local build = os.getenv('LUATORCH_BUILD') or 'build'
package.path = 'lua/?.lua;lua/?/init.lua;tests/?.lua;' .. package.path
package.cpath = build .. '/?.so;' .. package.cpath
io.stdout:setvbuf('line')

local damage = require 'damage'

for _, format in ipairs(damage.formats) do
  if not only or format.name == only then
    local start, raised, gave, rounds = os.clock(), 0, 0, math.ceil(count / 10000)
    for round = 1, rounds do
      local counts = damage.run(format, math.min(10000, count), seed * 100003 + round)
      raised, gave = raised + counts.raised, gave + counts.gave
    end
    print(('%-14s %d read, %d raised, %.0f s'):format(format.name, gave, raised,
      os.clock() - start))
  end
end
