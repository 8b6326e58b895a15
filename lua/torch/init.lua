-- torch: tensors, storages, files, random numbers, classes. Assembles the package from its parts.

local torch = rawget(_G, 'torch') or {}
_G.torch = torch
package.loaded.torch = torch

local F = require 'torch.ffi'
local class = require 'torch.class'
local construct = require 'torch.construct'
local jitguard = require 'torch.jitguard'
local ops = require 'torch.ops'

-- What programs have that are written for Lua 5.2 as well.
rawset(table, 'unpack', unpack)
rawset(table, 'pack', function(...) return {n = select('#', ...), ...} end)
if not rawget(_G, 'rawlen') then
  rawset(_G, 'rawlen', function(value)
    if type(value) ~= 'table' and type(value) ~= 'string' then
      error('rawlen: expected a table or a string, got ' .. type(value), 2)
    end
    return #value -- this Lua asks no metamethod of them
  end)
end
jitguard.install()
construct.default = {dtype = F.dtype.Double, device = function() return 0 end}

local function merge(functions)
  for name, f in pairs(functions) do torch[name] = f end
end

merge(class)
-- Before any tensor is made: neither one that is older than the metatype would ever be freed, nor
-- those that a trace makes which was recorded before.
local tensor = require 'torch.tensor'
require 'torch.storage'
require 'torch.elementwise'
require 'torch.arithmetic'
require 'torch.view'
require 'torch.copy'
require 'torch.apply'
require 'torch.reduce'
require 'torch.sort'
require 'torch.blas'
require 'torch.xcorr'
require 'torch.lapack'
require 'torch.mask'
require 'torch.select'
require 'torch.cat'
require 'torch.flip'
require 'torch.rearrange'
require 'torch.finite'
require 'torch.einsum'
require 'torch.fft'
merge(require 'torch.random')
local pointers = require 'torch.pointers'
merge {data = pointers.data, cdata = pointers.cdata}
merge(require 'torch.utils')

tensor.declare_cpu()
pointers.install()
torch.Allocator = class.getconstructortable('torch.Allocator')
merge(ops.functions)

local print = require 'torch.print'
for _, mt in pairs(F.classes[0]) do mt.__tostring__ = print.tensor end
for _, mt in pairs(F.storage_classes[0]) do mt.__tostring__ = print.storage end

require 'torch.file'
torch.File = class.getconstructortable('torch.File')
merge(require 'torch.serialize')
require 'torch.cmdline'
require 'torch.timer'
require 'torch.tester'
merge(require 'torch.settings')

torch.setdefaulttensortype('torch.DoubleTensor')

-- Parts that are loaded when they are first used.
local parts = {
  npy = 'torch.npy', npz = 'torch.npz', safetensors = 'torch.safetensors', test = 'torch.selftest',
}
setmetatable(torch, {__index = function(_, name)
  if not parts[name] then return nil end
  torch[name] = require(parts[name])
  return torch[name]
end})

return torch
