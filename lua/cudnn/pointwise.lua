-- Transfer functions of cudnn: those of nn, all of which can work in place.

local F = require 'torch.ffi'
local layer = require 'cudnn.layer'
local torch = require 'torch'

local classes = layer.classes

local function check_inplace(self, inplace)
  if inplace ~= nil and type(inplace) ~= 'boolean' then
    F.raise('%s: in-place flag must be true or false', torch.type(self))
  end
  return inplace or false
end

-- cudnn.ReLU([inplace = false]), cudnn.Tanh([inplace = false]), cudnn.Sigmoid([inplace = false]).
for name, mode in pairs {ReLU = 'RELU', Tanh = 'TANH', Sigmoid = 'SIGMOID'} do
  local class, parent = torch.class('cudnn.' .. name, 'nn.' .. name, classes)
  class.mode = 'CUDNN_ACTIVATION_' .. mode

  function class:__init(inplace)
    parent.__init(self)
    self.inplace = check_inplace(self, inplace)
  end
end

-- Files of the original do not have these fields.
classes.ReLU.threshold, classes.ReLU.val = 0, 0

-- cudnn.ClippedReLU(ceiling, [inplace = false]): min(max(x, 0), ceiling).
local Clipped, hardtanh = torch.class('cudnn.ClippedReLU', 'nn.HardTanh', classes)

Clipped.mode = 'CUDNN_ACTIVATION_CLIPPED_RELU'

function Clipped:__init(ceiling, inplace)
  if type(ceiling) ~= 'number' then
    F.raise('cudnn.ClippedReLU: expected a number as ceiling, got %s', torch.type(ceiling))
  end
  hardtanh.__init(self, 0, ceiling)
  self.ceiling, self.inplace = ceiling, check_inplace(self, inplace)
end

function Clipped:updateOutput(input)
  self.min_val, self.max_val = 0, self.ceiling
  return hardtanh.updateOutput(self, input)
end

layer.leaves_out(Clipped, 'min_val', 'max_val')
