-- Runs one group of cases on whatever provides torch and nn: luatorch, or a Torch7.
--   COMMAND tests/bench/workloads.lua GROUP [SECONDS [FILTER]]
-- GROUP names a file of tests/bench/cases; with "which" it prints what provides torch.

local folder = arg[0]:match('^(.*/)') or './'
package.path = folder .. '?.lua;' .. package.path
local group = arg[1]

if group == 'which' then
  require 'torch'
  io.write(package.loaded['torch.ffi'] and 'luatorch' or 'torch7', '\n')
  return
end

local harness = require 'harness'
harness.options(tonumber(arg[2] or '0.2'), arg[3] or '')
dofile(folder .. 'cases/' .. group .. '.lua')
