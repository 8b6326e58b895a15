-- nn.OneHot(outputSize): for each class number 1 to outputSize of an input of any size, a vector
-- along a new last dimension with 1 at the class and 0 elsewhere. The gradient of the input is
-- zero.
-- Shapes: [...] -> [... outputSize]; a number -> [outputSize].

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local need = require 'nn.need'
local nn = require 'nn'
local resize = require 'nn.resize'

local C, check = F.C, F.check
local torch = torch

local OneHot, parent = torch.class('nn.OneHot', 'nn.Module')

function OneHot:__init(outputSize)
  parent.__init(self)
  need.size(self, outputSize, 'output size')
  self.outputSize = outputSize
end

local function of_number(self, class)
  if class % 1 ~= 0 or class < 1 or class > self.outputSize then
    F.raise('nn.OneHot: class %s out of range 1 to %d', class, self.outputSize)
  end
  local output = self.output:resize(self.outputSize):zero()
  output[class] = 1
  return output
end

function OneHot:updateOutput(input)
  if type(input) == 'number' then return of_number(self, input) end
  need.tensor(self, input, 'input')
  local n = input:nElement()
  if n == 0 then F.raise('nn.OneHot: expected a non-empty input') end
  local output = self.output
  local classes = beside.long(self, '_longInput', output):resize(n, 1):copy(input)
  output:resize(n, self.outputSize):zero()
  check(C.lt_scatter_fill(output, 1, classes, 1))
  return resize(output, input, self.outputSize)
end

function OneHot:updateGradInput(input)
  if type(input) == 'number' then return 0 end
  need.tensor(self, input, 'input')
  return resize(self.gradInput, input):zero()
end

-- Classes stay of type Long.
function OneHot:type(type_name, tensorCache)
  if type_name then self._longInput = nil end
  return parent.type(self, type_name, tensorCache)
end

function OneHot:clearState()
  nn.utils.clear(self, '_longInput')
  return parent.clearState(self)
end
