-- nn.GPU(module, device, [outdevice = device]): marks a module to run on one GPU and to give its
-- output on another. Modules on the CPU run where they are, so that models with such marks work
-- without GPUs.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

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

local function check_cpu(t)
  if t.device ~= 0 then
    F.raise('nn.GPU: %s is on a GPU, between which nothing is moved yet', F.describe(t))
  end
end

--- Moves the tensors of a module, or of a table, to a device; those of the CPU stay.
function GPU.recursiveModuleDevice(obj)
  if torch.isTensor(obj) then
    check_cpu(obj)
  elseif type(obj) == 'table' and not torch.isTypeOf(obj, 'nn.GPU') and not obj.__noGPU__ then
    for _, value in pairs(obj) do GPU.recursiveModuleDevice(value) end
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

--- src with every tensor on the device proto, a number, or of the same tensor in proto.
function GPU.recursiveSetDevice(dst, src, proto)
  if torch.isTensor(src) then
    check_cpu(src)
    return src
  end
  dst = type(dst) == 'table' and dst or {}
  for k, v in pairs(src) do
    dst[k] = GPU.recursiveSetDevice(dst[k], v, type(proto) == 'table' and proto[k] or proto)
  end
  for k in pairs(dst) do
    if src[k] == nil then dst[k] = nil end
  end
  return dst
end

function GPU:updateOutput(input)
  self.output = self.modules[1]:updateOutput(input)
  return self.output
end

function GPU:updateGradInput(input, gradOutput)
  self.gradInput = self.modules[1]:updateGradInput(input, gradOutput)
  return self.gradInput
end

function GPU:accGradParameters(input, gradOutput, scale)
  self.modules[1]:accGradParameters(input, gradOutput, scale or 1)
end

function GPU:accUpdateGradParameters(input, gradOutput, lr)
  self.modules[1]:accUpdateGradParameters(input, gradOutput, lr)
end

GPU.sharedAccUpdateGradParameters = GPU.accUpdateGradParameters

function GPU:clearState()
  self.output, self.gradInput = {}, {}
  self.modules[1]:clearState()
  return self
end

function GPU:__tostring__()
  return ('%s(%d) @ %s'):format(torch.type(self), self.device, tostring(self.modules[1]))
end
