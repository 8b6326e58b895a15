-- nngraph.JustElement: the only entry of a table.

local F = require 'torch.ffi'

local torch = torch

local JustElement, parent = torch.class('nngraph.JustElement', 'nn.Module')

function JustElement:__init()
  parent.__init(self)
  self.gradInput = {}
end

function JustElement:updateOutput(input)
  if type(input) ~= 'table' or #input ~= 1 then
    F.raise('nngraph.JustElement: expected a table of one entry, got %s',
      type(input) == 'table' and 'one of ' .. #input or F.describe(input))
  end
  self.output = input[1]
  return self.output
end

function JustElement:updateGradInput(_, gradOutput)
  self.gradInput[1] = gradOutput
  return self.gradInput
end

--- Lets go of the input and the gradient, which belong to other modules.
function JustElement:clearState()
  self.output, self.gradInput = torch.Tensor():type(self._type), {}
  return self
end
