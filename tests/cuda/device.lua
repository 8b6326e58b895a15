-- What the specs of tests/cuda share. They run on GPUs where there are some, or under the emulation
-- of tests/emulation: `make check-cuda`. The environment's LUATORCH_CUDA names the folder of the
-- library; without it there is nothing to test.

local torch = require 'torch'

local device = {}

local folder = os.getenv 'LUATORCH_CUDA'

--- Whether there is a device, and what the names of skipped specs say otherwise.
device.present = false
device.reason = 'no CUDA library to test: make check-cuda'

if folder then
  package.cpath = ('%s/?.so;%s'):format(folder, package.cpath)
  local found, message = pcall(require, 'cutorch')
  device.present, device.reason = found, tostring(message)
end

--- The name of the class on the GPU, or of the one on the CPU that it stands for.
function device.there(type_name)
  return (type_name:gsub('^torch%.Float', 'torch.'):gsub('^torch%.', 'torch.Cuda'))
end

function device.here(type_name)
  local element, kind = type_name:match('^torch%.Cuda(.-)(%u%l+)$')
  if not element then return type_name end
  return ('torch.%s%s'):format(element == '' and 'Float' or element, kind)
end

local function class(type_name) return torch[type_name:match('^torch%.(.*)$')] end

local function placed_storage(s)
  return class(device.there(torch.type(s)))(#s):copy(s)
end

local function map(v, f)
  if torch.type(v) ~= 'table' then return v end
  local out = {}
  for key, x in pairs(v) do out[key] = f(x) end
  return out
end

--- A tensor on the GPU with the elements, strides and storage of one in CPU memory, or a storage;
-- LongStorages stay, being lists of sizes, and tables have theirs replaced.
function device.place(v)
  if torch.isTensor(v) then
    local r = class(device.there(v:type()))()
    local storage = v:storage()
    if not storage then return r end
    return r:set(placed_storage(storage), v:storageOffset(), v:size(), v:stride())
  elseif torch.isStorage(v) and torch.type(v) ~= 'torch.LongStorage' then
    return placed_storage(v)
  end
  return map(v, device.place)
end

--- The same values in CPU memory.
function device.fetch(v)
  if torch.isTensor(v) then return v:type(device.here(v:type())) end
  if torch.isStorage(v) then return class(device.here(torch.type(v)))(#v):copy(v) end
  return map(v, device.fetch)
end

--- `torch` as a program sees it whose tensors are all on the GPU.
device.torch = setmetatable({}, {__index = function(_, key)
  if key == 'Tensor' then return torch.CudaDoubleTensor end
  local element = key:match('^(%u%a+)Tensor$')
  if element and not element:find('^Cuda') then
    return torch[('Cuda%sTensor'):format(element == 'Float' and '' or element)]
  end
  return torch[key]
end})

return device
