-- nngraph.JustTable: the input as the only entry of a table.

local F = require 'torch.ffi'

local torch = torch

local JustTable, parent = torch.class('nngraph.JustTable', 'nn.Module')

function JustTable:__init()
  parent.__init(self)
  self.output = {}
end

function JustTable:updateOutput(input)
  self.output[1] = input
  return self.output
end

function JustTable:updateGradInput(_, gradOutput)
  if type(gradOutput) ~= 'table' then
    F.raise('nngraph.JustTable: expected a table as gradOutput, got %s', F.describe(gradOutput))
  end
  self.gradInput = gradOutput[1]
  return self.gradInput
end

--- Lets go of the input and the gradient, which belong to other modules.
function JustTable:clearState()
  self.output, self.gradInput = {}, torch.Tensor():type(self._type)
  return self
end
