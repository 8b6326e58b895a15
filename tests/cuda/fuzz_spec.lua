-- Random calls with tensors of GPUs among their arguments give results or Lua errors, and no crash.

local device = require 'cuda.device'
local fuzz = require 'fuzz_run'
local lfs = require 'lfs'

describe('random calls with CUDA tensors', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  local folder = os.getenv 'LUATORCH_CUDA'
  if not folder:find '^/' then folder = lfs.currentdir() .. '/' .. folder end

  for seed = 1, 2 do
    it('with seed ' .. seed, function() fuzz(seed, 3, folder) end)
  end
end)
