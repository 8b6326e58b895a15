-- nn.GPU(module, device, [outdevice = device]): a module that runs on one GPU, to which its input
-- and its gradOutput are copied, and gives its output on another. Modules on the CPU run where they
-- are, so that models with such marks work without GPUs.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check = F.C, F.check
local torch = torch

local GPU, parent = torch.class('nn.GPU', 'nn.Container')

function GPU:__init(module, device, outdevice)
  parent.__init(self)
  if not torch.isTypeOf(module, 'nn.Module') then
    F.raise('nn.GPU: expected a module, got %s', torch.type(module))
  end
  need.size(self, device, 'device')
  self.modules[1] = module
  self.device = device
  self.outdevice = outdevice or device
  need.size(self, self.outdevice, 'output device')
end

-- t on a device: a copy, to `to` where that is a tensor there, or t itself where it is there or on
-- the CPU.
local function moved(to, t, device)
  if t.device == 0 or t.device == device then return t end
  if not torch.isTensor(to) or to == t or to.device ~= device or to.dtype ~= t.dtype then
    to = F.tensor(t.dtype, device)
  end
  check(C.lt_resize_as(to, t))
  check(C.lt_copy(to, t))
  return to
end

--- obj, a module, table or tensor, with its tensors moved to a device; those of the CPU stay, as do
-- the modules of another nn.GPU.
function GPU.recursiveModuleDevice(obj, device)
  if torch.isTensor(obj) then return moved(nil, obj, device) end
  if type(obj) == 'table' and not torch.isTypeOf(obj, 'nn.GPU') and not obj.__noGPU__ then
    for key, value in pairs(obj) do obj[key] = GPU.recursiveModuleDevice(value, device) end
  end
  return obj
end

--- Sets the device of the module.
function GPU:setDevice(device)
  if device ~= nil then need.size(self, device, 'device') end
  self.device = device or self.device
  self.modules[1] = GPU.recursiveModuleDevice(self.modules[1], self.device)
  return self
end

--- src with every tensor on the device proto, a number, or of the same tensor in proto; what is no
-- tensor stays for the module to judge.
function GPU.recursiveSetDevice(dst, src, proto)
  if torch.isTensor(src) then
    return moved(dst, src, torch.isTensor(proto) and proto.device or proto)
  end
  if type(src) ~= 'table' then return src end
  dst = type(dst) == 'table' and dst or {}
  for k, v in pairs(src) do
    dst[k] = GPU.recursiveSetDevice(dst[k], v, type(proto) == 'table' and proto[k] or proto)
  end
  for k in pairs(dst) do
    if src[k] == nil then dst[k] = nil end
  end
  return dst
end

-- Calls a method of the module with its device as the current one. Arguments go there first.
local function call(self, method, input, gradOutput, number)
  local module = self.modules[1]
  if not tostring(self._type):find('^torch%.Cuda') then
    return module[method](module, input, gradOutput or number, number)
  end
  self._input = GPU.recursiveSetDevice(self._input, input, self.device)
  if gradOutput then
    self._gradOutput = GPU.recursiveSetDevice(self._gradOutput, gradOutput, self.device)
  end
  local x, g = self._input, self._gradOutput
  return package.loaded.cutorch.withDevice(self.device, function()
    return module[method](module, x, gradOutput and g or number, number)
  end)
end

function GPU:updateOutput(input)
  local output = call(self, 'updateOutput', input)
  self.output = GPU.recursiveSetDevice(self.output, output, self.outdevice)
  return self.output
end

function GPU:updateGradInput(input, gradOutput)
  local gradInput = call(self, 'updateGradInput', input, gradOutput)
  self.gradInput = GPU.recursiveSetDevice(self.gradInput, gradInput, input)
  return self.gradInput
end

function GPU:accGradParameters(input, gradOutput, scale)
  call(self, 'accGradParameters', input, gradOutput, scale or 1)
end

function GPU:accUpdateGradParameters(input, gradOutput, lr)
  call(self, 'accUpdateGradParameters', input, gradOutput, lr)
end

--- Converts to a type; on GPUs the module's tensors go to its device.
function GPU:type(type_name, tensorCache)
  if not type_name then return parent.type(self) end
  parent.type(self, type_name, tensorCache)
  return self:setDevice()
end

GPU.sharedAccUpdateGradParameters = GPU.accUpdateGradParameters

function GPU:clearState()
  self.output, self.gradInput = {}, {}
  self._input, self._gradOutput = nil, nil
  self.modules[1]:clearState()
  return self
end

--- Writes the type and the device before the fields, as Torch7 does.
function GPU:write(file)
  local fields = {}
  for name, value in pairs(self) do fields[name] = value end
  file:writeObject({self._type, self.device})
  file:writeObject(fields)
end

--- Reads the fields that write wrote; tensors on GPUs go to the device, where there is one of its
-- number.
function GPU:read(file)
  local header = file:readObject()
  if type(header) ~= 'table' or type(header[2]) ~= 'number' then
    F.raise('nn.GPU: expected a type and a device in the file, got %s', F.describe(header))
  end
  local device, cutorch = header[2], package.loaded.cutorch
  local function read() return file:readObject() end
  local there = cutorch and tostring(header[1]):find('^torch%.Cuda')
    and device <= cutorch.getDeviceCount()
  local fields = there and cutorch.withDevice(device, read) or not there and read()
  for name, value in pairs(fields) do self[name] = value end
end

function GPU:__tostring__()
  return ('%s(%d) @ %s'):format(torch.type(self), self.device, tostring(self.modules[1]))
end
