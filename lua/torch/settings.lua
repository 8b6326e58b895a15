-- Global settings: default tensor type and threads.

local F = require 'torch.ffi'
local class = require 'torch.class'
local construct = require 'torch.construct'

local C, check, raise = F.C, F.check, F.raise

local settings = {}
local default_name

--- Sets the type behind torch.Tensor and torch.Storage: a name such as 'torch.FloatTensor'.
function settings.setdefaulttensortype(name)
  local spec = construct.types[name]
  if not spec then
    raise('setdefaulttensortype: expected the name of a tensor type, got %s',
      type(name) == 'string' and name or F.describe(name))
  end
  local torch = package.loaded.torch
  construct.default, default_name = spec, name
  torch.Tensor = class.getconstructortable(name)
  torch.Storage = class.getconstructortable((name:gsub('Tensor$', 'Storage')))
end

--- Name of the default tensor type.
function settings.getdefaulttensortype() return default_name end

--- Number of threads of the kernels and of OpenBLAS.
function settings.getnumthreads() return C.lt_get_num_threads() end

--- Sets the number of threads of the kernels and of OpenBLAS, 1 or more.
function settings.setnumthreads(n)
  if type(n) ~= 'number' then F.bad_argument('setnumthreads', 1, 'a number', n) end
  check(C.lt_set_num_threads(n))
end

--- Number of processor cores.
function settings.getnumcores() return C.lt_num_cores() end

return settings
