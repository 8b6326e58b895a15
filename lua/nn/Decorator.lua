-- nn.Decorator(module): a container of one module that adds something to what the module does. By
-- itself it passes everything on.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local nn = require 'nn'

local torch = torch

local Decorator, parent = torch.class('nn.Decorator', 'nn.Container')

function Decorator:__init(module)
  parent.__init(self)
  if not torch.isTypeOf(module, 'nn.Module') then
    F.raise('%s: expected a module, got %s', torch.type(self), torch.type(module))
  end
  self.modules[1] = module
end

function Decorator:updateOutput(input)
  self.output = self.modules[1]:updateOutput(input)
  return self.output
end

function Decorator:updateGradInput(input, gradOutput)
  self.gradInput = self.modules[1]:updateGradInput(input, gradOutput)
  return self.gradInput
end

function Decorator:accGradParameters(input, gradOutput, scale)
  return self.modules[1]:accGradParameters(input, gradOutput, scale)
end

function Decorator:accUpdateGradParameters(input, gradOutput, lr)
  return self.modules[1]:accUpdateGradParameters(input, gradOutput, lr)
end

function Decorator:sharedAccUpdateGradParameters(input, gradOutput, lr)
  return self.modules[1]:sharedAccUpdateGradParameters(input, gradOutput, lr)
end

function Decorator:__tostring__()
  return torch.type(self) .. ' @ ' .. tostring(self.modules[1])
end

--- Gives a class that is not derived from Decorator its methods.
function Decorator.decorate(class)
  for _, name in ipairs {
    'updateOutput', 'updateGradInput', 'accGradParameters', 'accUpdateGradParameters',
    'sharedAccUpdateGradParameters', '__tostring__',
  } do
    class[name] = nn.Decorator[name]
  end
end
