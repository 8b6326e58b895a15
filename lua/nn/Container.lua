-- nn.Container(): a module that holds others in self.modules.
-- Shapes: as its kind says.

local F = require 'torch.ffi'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local Container, parent = torch.class('nn.Container', 'nn.Module')

function Container:__init()
  parent.__init(self)
  self.modules = {}
end

--- Appends a module; returns the container.
function Container:add(module)
  if not torch.isTypeOf(module, 'nn.Module') then
    raise('%s:add: expected a module, got %s', torch.type(self), torch.type(module))
  end
  self.modules[#self.modules + 1] = module
  return self
end

--- The i-th module.
function Container:get(i)
  return self.modules[i]
end

--- The number of modules.
function Container:size()
  return #self.modules
end

--- #container, where the interpreter asks tables: their number.
Container.__len__ = Container.size

--- Calls module[name](module, ...) and prefixes an error with the module's place. Errors that
-- luatorch's modules raise name the place without it (F.raise).
function Container:rethrowErrors(module, i, name, ...)
  local place = ('In %d module of %s:'):format(i, torch.type(self))
  local function handler(message)
    if type(message) ~= 'string' then return message end
    return place .. '\n' .. message
  end
  local function finish(ok, ...)
    if not ok then error((...), 0) end
    return ...
  end
  return finish(xpcall(module[name], handler, module, ...))
end

F.rethrowing[Container.rethrowErrors] = true

--- Calls f(module) for each module.
function Container:applyToModules(f)
  for i = 1, #self.modules do f(self.modules[i]) end
end

function Container:zeroGradParameters()
  for i = 1, #self.modules do self.modules[i]:zeroGradParameters() end
end

function Container:training()
  for i = 1, #self.modules do self.modules[i]:training() end
  parent.training(self)
end

function Container:evaluate()
  for i = 1, #self.modules do self.modules[i]:evaluate() end
  parent.evaluate(self)
end

function Container:updateParameters(learningRate)
  for i = 1, #self.modules do self.modules[i]:updateParameters(learningRate) end
end

function Container:share(other, ...)
  local others = type(other) == 'table' and other.modules
  if type(others) ~= 'table' or #others < #self.modules then
    raise('%s:share: expected a container of %d modules, got %s of %d', torch.type(self),
      #self.modules, torch.type(other), type(others) == 'table' and #others or 0)
  end
  for i = 1, #self.modules do self.modules[i]:share(others[i], ...) end
  return self
end

function Container:reset(stdv)
  for i = 1, #self.modules do self.modules[i]:reset(stdv) end
end

function Container:parameters()
  local weights, gradients = {}, {}
  for i = 1, #self.modules do
    local w, g = self.modules[i]:parameters()
    for k = 1, w and #w or 0 do weights[#weights + 1] = w[k] end
    for k = 1, g and #g or 0 do gradients[#gradients + 1] = g[k] end
  end
  return weights, gradients
end

function Container:clearState()
  nn.utils.clear(self, 'output', 'gradInput')
  for i = 1, #self.modules do self.modules[i]:clearState() end
  return self
end
