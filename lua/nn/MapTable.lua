-- nn.MapTable([module], [shared = true]): applies one module to every entry of a table. The copies
-- for further entries share the module's parameters unless shared is false.
-- Shapes: {a, b, ...} -> {output for a, output for b, ...}.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local torch = torch

local MapTable, parent = torch.class('nn.MapTable', 'nn.Container')

function MapTable:__init(module, shared)
  parent.__init(self)
  self.shared = shared ~= false
  self.sharedparams = {'weight', 'bias', 'gradWeight', 'gradBias'}
  self.output = {}
  self.gradInput = {}
  if module ~= nil then self:add(module) end
end

--- Sets the module.
function MapTable:add(module)
  if self.module then F.raise('nn.MapTable:add: it has a module already') end
  self.module = module
  return parent.add(self, module)
end

local function extend(self, n)
  if not self.module then F.raise('nn.MapTable: no module was added') end
  self.modules[1] = self.module
  for i = #self.modules + 1, n do
    if self.shared then
      self.modules[i] = self.module:clone(unpack(self.sharedparams))
    else
      self.modules[i] = self.module:clone()
    end
  end
end

--- Makes exactly n copies (the module itself is the first).
function MapTable:resize(n)
  extend(self, n)
  for i = #self.modules, n + 1, -1 do self.modules[i] = nil end
end

-- list[i] = f(module, i) for each entry of the input; surplus entries are dropped.
local function each(self, input, list, f)
  need.table(self, input, 'input', 0)
  extend(self, #input)
  for i = 1, #input do list[i] = f(self.modules[i], i) end
  for i = #list, #input + 1, -1 do list[i] = nil end
  return list
end

function MapTable:updateOutput(input)
  return each(self, input, self.output, function(module, i)
    return (module:updateOutput(input[i]))
  end)
end

function MapTable:updateGradInput(input, gradOutput)
  need.table(self, input, 'input', 0)
  need.table(self, gradOutput, 'gradOutput', #input)
  return each(self, input, self.gradInput, function(module, i)
    return (module:updateGradInput(input[i], gradOutput[i]))
  end)
end

function MapTable:accGradParameters(input, gradOutput, scale)
  extend(self, #input)
  for i = 1, #input do
    self.modules[i]:accGradParameters(input[i], gradOutput[i], scale or 1)
  end
end

function MapTable:accUpdateGradParameters(input, gradOutput, lr)
  extend(self, #input)
  for i = 1, #input do self.modules[i]:accUpdateGradParameters(input[i], gradOutput[i], lr) end
end

-- With shared parameters the first module stands for all.
for _, name in ipairs {'zeroGradParameters', 'updateParameters'} do
  MapTable[name] = function(self, ...)
    if self.shared then
      if self.module then self.module[name](self.module, ...) end
    else
      parent[name](self, ...)
    end
  end
end

--- Keeps only the module itself.
function MapTable:clearState()
  for i = #self.modules, 2, -1 do self.modules[i] = nil end
  return parent.clearState(self)
end

function MapTable:__tostring__()
  local inside = self.module and '  ' .. tostring(self.module):gsub('\n', '\n  ') .. '\n' or ''
  return torch.type(self) .. ' {\n' .. inside .. '}'
end
