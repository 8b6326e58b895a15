-- nn.Identity(): output = input, whatever it is, tables too.
-- Shapes: any -> the same.

local torch = torch

local Identity = torch.class('nn.Identity', 'nn.Module')

function Identity:updateOutput(input)
  self.output = input
  return input
end

function Identity:updateGradInput(_, gradOutput)
  self.gradInput = gradOutput
  return gradOutput
end

--- Sets new empty buffers, so that other modules' tensors are not emptied.
function Identity:clearState()
  if torch.isTensor(self.output) then self.output = self.output.new() else self.output = {} end
  if torch.isTensor(self.gradInput) then
    self.gradInput = self.gradInput.new()
  else
    self.gradInput = {}
  end
  return self
end
