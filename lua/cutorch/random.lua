-- Random numbers on GPUs: every GPU has a generator of its own, seeded from the system, for the
-- calls that fill its tensors and name no other.

local F = require 'torch.ffi'
local C = require 'cutorch.library'
local generator = require 'torch.generator'
local torch = require 'torch'

local random = {}

for device = 1, C.lt_cuda_count() do
  generator.of[device] = generator.of[device] or generator.new()
end

local function current() return generator.of[C.lt_cuda_device()] end

setmetatable(generator.of, {__index = function(_, device)
  return device == F.C.LT_ANY_GPU and current() or nil
end})

--- Starts the stream of a seed on the current GPU.
function random.manualSeed(seed)
  if not tonumber(seed) then F.bad_argument('cutorch.manualSeed', 1, 'a number', seed) end
  torch.manualSeed(current(), seed)
end

--- The same on all GPUs.
function random.manualSeedAll(seed)
  if not tonumber(seed) then F.bad_argument('cutorch.manualSeedAll', 1, 'a number', seed) end
  for device = 1, C.lt_cuda_count() do torch.manualSeed(generator.of[device], seed) end
end

--- Seeds the current GPU from the system; returns the seed.
function random.seed() return torch.seed(current()) end

--- Seeds all GPUs with one number from the system; returns it.
function random.seedAll()
  local seed = torch.seed(current())
  random.manualSeedAll(seed)
  return seed
end

--- The number that the current GPU was last seeded with.
function random.initialSeed() return torch.initialSeed(current()) end

--- The state of the current GPU's generator, as a ByteTensor.
function random.getRNGState() return torch.getRNGState(current()) end

--- Restores a state that getRNGState gave.
function random.setRNGState(state) torch.setRNGState(current(), state) end

return random
