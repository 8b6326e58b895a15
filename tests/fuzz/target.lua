-- For tests/fuzz/guided.c: the function that reads a damaged file of the format in FORMAT and
-- raises an error where tests/damage.lua finds something wrong. First it writes undamaged files of
-- the format to the folder in CORPUS, for the fuzzer to begin with.

require('jit').off()
local build = os.getenv('LUATORCH_BUILD') or 'build'
package.path = 'lua/?.lua;lua/?/init.lua;tests/?.lua;' .. package.path
package.cpath = build .. '/?.so;' .. package.cpath

local damage = require 'damage'
local paths = require 'paths'

local wanted, names = os.getenv('FORMAT'), {}
for _, format in ipairs(damage.formats) do
  names[#names + 1] = format.name
  if format.name == wanted then
    for k, text in ipairs(damage.prepare(format)) do
      local file = assert(io.open(paths.concat(os.getenv('CORPUS'), tostring(k)), 'wb'))
      file:write(text)
      file:close()
    end
    return function(text)
      local _, problem = damage.read(format, text)
      if problem then error(problem, 0) end
    end
  end
end
error(('FORMAT must be one of %s, got %s'):format(table.concat(names, ', '), tostring(wanted)), 0)
