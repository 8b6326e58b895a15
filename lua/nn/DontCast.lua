-- nn.DontCast(module, [castin = false], [castout = castin], [moduleType]): keeps a module in its
-- tensor type when the network around it is converted. With castin, inputs and their gradients are
-- converted to moduleType (default: that of the module's output or else of its parameters) on the
-- way in and back; with castout (default castin) outputs and their gradients.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'
local resize = require 'nn.resize'

local torch = torch

local DontCast, parent = torch.class('nn.DontCast', 'nn.Decorator')

-- A tensor in a table of them or of such tables, or the tensor itself; nil where there is none.
local function first_tensor(x)
  if type(x) ~= 'table' then return torch.isTensor(x) and x or nil end
  for _, value in pairs(x) do
    local found = first_tensor(value)
    if found then return found end
  end
end

function DontCast:__init(module, castin, castout, moduleType)
  parent.__init(self, module)
  self.castin = castin or false
  if castout == nil then castout = self.castin end
  self.castout = castout
  self.moduleType = moduleType
  if (self.castin or self.castout) and not moduleType then
    local example = first_tensor(module.output) or first_tensor((module:parameters()))
    if not example then
      F.raise('nn.DontCast: the type of the module is not known; name it as moduleType')
    end
    self.moduleType = torch.type(example)
  end
end

local convert

local function convert_table(into, from, type_name)
  into = type(into) == 'table' and into or {}
  for k, v in pairs(from) do into[k] = convert(into[k], v, type_name) end
  for k in pairs(into) do
    if from[k] == nil then into[k] = nil end
  end
  return into
end

-- Copies tensors (or tables of them) to tensors of a type, which are reused when they have it.
function convert(into, from, type_name)
  if type(from) == 'table' then return convert_table(into, from, type_name) end
  if not torch.isTensor(from) then
    F.raise('nn.DontCast: expected tensors or tables of them, got %s', F.describe(from))
  end
  if not torch.isTensor(into) or torch.type(into) ~= type_name then
    into = torch.getmetatable(type_name).new()
  end
  return resize(into, from):copy(from)
end

-- What the module sees of input or gradOutput, kept in a field.
local function inward(self, cast, field, x)
  if not cast then return x end
  if type(x) ~= 'table' then need.tensor(self, x, field == '_input' and 'input' or 'gradOutput') end
  self[field] = convert(self[field], x, self.moduleType)
  return self[field]
end

-- What the network around sees of output or gradInput.
local function outward(self, cast, field, x)
  self[field] = cast and convert(self[field], x, self:type()) or x
  return self[field]
end

function DontCast:updateOutput(input)
  local x = inward(self, self.castin, '_input', input)
  return outward(self, self.castout, 'output', self.modules[1]:updateOutput(x))
end

for _, name in ipairs {'updateGradInput', 'backward'} do
  DontCast[name] = function(self, input, gradOutput, scale)
    local x = inward(self, self.castin, '_input', input)
    local g = inward(self, self.castout, '_gradOutput', gradOutput)
    return outward(self, self.castin, 'gradInput', self.modules[1][name](self.modules[1], x, g,
      scale))
  end
end

for _, name in ipairs {
  'accGradParameters', 'accUpdateGradParameters', 'sharedAccUpdateGradParameters'} do
  DontCast[name] = function(self, input, gradOutput, scale)
    local x = inward(self, self.castin, '_input', input)
    local g = inward(self, self.castout, '_gradOutput', gradOutput)
    self.modules[1][name](self.modules[1], x, g, scale)
  end
end

--- Converts what the network around sees, but not the module.
function DontCast:type(type_name, tensorCache)
  if not type_name then return self._type end
  if self.castout then self.output = nn.utils.recursiveType(self.output, type_name, tensorCache) end
  if self.castin then
    self.gradInput = nn.utils.recursiveType(self.gradInput, type_name, tensorCache)
  end
  self._type = type_name
  return self
end

function DontCast:clearState()
  nn.utils.clear(self, '_input', '_gradOutput')
  self.output, self.gradInput = {}, {}
  self.modules[1]:clearState()
  return self
end
