-- How nn.utils.shareGradInput gives modules common memory: backward is followed through the
-- containers, and a storage is given to the next module as soon as nobody reads it any more.

local torch = torch

-- Layers whose backward computes gradInput in memory of its own, from input, output and gradOutput.
-- Of others gradInput may be gradOutput itself: they keep what they have, and what they were given
-- stays in use.
local sharable = {}
for _, name in ipairs {
  'BatchNormalization', 'GroupNorm', 'InstanceNorm', 'LayerNorm', 'Linear', 'LogSoftMax', 'RMSNorm',
  'ReLU', 'Sigmoid', 'SoftMax', 'SpatialAveragePooling', 'SpatialBatchNormalization',
  'SpatialConvolution', 'SpatialConvolutionMM', 'SpatialDilatedConvolution',
  'SpatialFullConvolution', 'SpatialMaxPooling', 'Tanh', 'VolumetricBatchNormalization',
  'VolumetricConvolution', 'VolumetricMaxPooling',
} do sharable['nn.' .. name] = true end

-- Counts how often each module occurs.
local function count(module, times)
  times[module] = (times[module] or 0) + 1
  for _, m in ipairs(module.modules or {}) do count(m, times) end
  return times
end

local function hold(slots)
  for _, slot in ipairs(slots) do slot.readers = slot.readers + 1 end
  return slots
end

local function drop(slots)
  for _, slot in ipairs(slots) do slot.readers = slot.readers - 1 end
end

-- Gives a module's gradInput a storage of the pool that nobody reads; returns it, being read.
local function take(module, pool)
  local type_name = module.gradInput:type()
  local free
  for _, slot in ipairs(pool) do
    if slot.readers == 0 and slot.type_name == type_name then free = free or slot end
  end
  if not free then
    free = {readers = 0, type_name = type_name, storage = module.gradInput.new(1):storage()}
    pool[#pool + 1] = free
  end
  module.gradInput = module.gradInput.new():set(free.storage)
  return hold {free}
end

-- Follows backward through a module whose gradOutput lies in `given`; returns the slots in which
-- its gradInput may lie, being read.
local function follow(module, given, pool, times)
  local kind = torch.type(module)
  if kind == 'nn.Sequential' and #module.modules > 0 then
    local current = hold(given)
    for i = #module.modules, 1, -1 do
      local nextslots = follow(module.modules[i], current, pool, times)
      drop(current)
      current = nextslots
    end
    return current
  elseif kind == 'nn.ConcatTable' and torch.isTensor(module.gradInput) and times[module] == 1 then
    local own = take(module, pool)
    for _, branch in ipairs(module.modules) do
      drop(follow(branch, given, pool, times)) -- added to own at once
    end
    return own
  elseif sharable[kind] and not module.inplace and times[module] == 1
    and torch.isTensor(module.gradInput) then
    return take(module, pool)
  end
  return hold(given)
end

--- Shares the memory of the gradInputs of a module; see nn.utils.shareGradInput.
return function(module)
  follow(module, {}, {}, count(module, {}))
end
