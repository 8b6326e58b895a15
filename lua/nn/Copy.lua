-- nn.Copy([intype = default], [outtype = default], [forceCopy = false], [dontCast = false]): the
-- input converted to tensor type outtype, its gradient to intype (default: the default tensor
-- type). Equal types pass through uncopied unless forceCopy; with dontCast the module keeps its
-- types when a model is converted.
-- Shapes: any -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local Copy, parent = torch.class('nn.Copy', 'nn.Module')

local function new_tensor(type_name)
  local class = torch.getmetatable(type_name)
  if not class or not type_name:find('Tensor$') then
    F.raise('nn.Copy: unknown tensor type %s', tostring(type_name))
  end
  return class.new()
end

function Copy:__init(intype, outtype, forceCopy, dontCast)
  parent.__init(self)
  self.dontCast = dontCast
  intype = intype or torch.getdefaulttensortype()
  outtype = outtype or torch.getdefaulttensortype()
  self.gradInput = new_tensor(intype)
  self.output = new_tensor(outtype)
  self.passes = not forceCopy and intype == outtype
end

function Copy:updateOutput(input)
  if self.passes then
    self.output = input
  else
    need.tensor(self, input, 'input')
    self.output:resize(input:size()):copy(input)
  end
  return self.output
end

function Copy:updateGradInput(_, gradOutput)
  if self.passes then
    self.gradInput = gradOutput
  else
    need.tensor(self, gradOutput, 'gradOutput')
    self.gradInput:resize(gradOutput:size()):copy(gradOutput)
  end
  return self.gradInput
end

-- Tensors that passed through are the caller's and must not be emptied.
function Copy:clearState()
  if not self.passes then return parent.clearState(self) end
  self.output, self.gradInput = self.output.new(), self.gradInput.new()
  return self
end

function Copy:type(type_name, tensorCache)
  if type_name and self.dontCast then return self end
  return parent.type(self, type_name, tensorCache)
end

--- Reads saved fields. Torch7 saves functions in a module that passes its input through.
function Copy:read(file)
  for field, value in pairs(file:readObject()) do self[field] = value end
  if rawget(self, 'updateOutput') then
    self.updateOutput, self.updateGradInput, self.passes = nil, nil, true
  end
end
