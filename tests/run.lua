-- Runs busted under LuaJIT on the tree this file lies in: luajit tests/run.lua [busted options]
-- LUATORCH_BUILD names the build folder (default build). With LT_TEST_DEVICE=cuda the specs that
-- say what holds on any device run with all tensors on the GPU, by the CUDA library in the folder
-- LUATORCH_CUDA. scripts/test calls this and counts.

local lfs = require 'lfs'
local runner = require 'busted.runner'

local root = lfs.currentdir()
local build = os.getenv('LUATORCH_BUILD') or 'build'

package.path = table.concat({
  root .. '/lua/?.lua', root .. '/lua/?/init.lua', root .. '/tests/?.lua', package.path,
}, ';')
package.cpath = ('%s/%s/?.so;%s'):format(root, build, package.cpath)

if os.getenv('LT_TEST_DEVICE') == 'cuda' then require('cuda.everywhere').install(_G.arg) end

-- busted leaves with an error where a test failed; tests/report.lua has the counts by then.
local ok = pcall(function()
  runner({standalone = false})
end)
os.exit(ok and 0 or 1)
