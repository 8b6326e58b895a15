-- nn.WhiteNoise([mean = 0], [std = 0.1]): while training, x plus normal noise of the given mean and
-- standard deviation; otherwise x.
-- Shapes: any -> the same.

local need = require 'nn.need'

local torch = torch

local WhiteNoise, parent = torch.class('nn.WhiteNoise', 'nn.Module')

function WhiteNoise:__init(mean, std)
  parent.__init(self)
  self.mean, self.std = mean or 0, std or 0.1
  need.number(self, self.mean, 'mean')
  need.number(self, self.std, 'standard deviation')
  self.noise = torch.Tensor()
end

function WhiteNoise:updateOutput(input)
  need.tensor(self, input, 'input')
  self.output:resizeAs(input):copy(input)
  if self.train ~= false then
    self.noise:resizeAs(input):normal(self.mean, self.std)
    self.output:add(self.noise)
  end
  return self.output
end

function WhiteNoise:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  return (self.gradInput:resizeAs(gradOutput):copy(gradOutput))
end

function WhiteNoise:clearState()
  self.noise:set()
  return parent.clearState(self)
end

function WhiteNoise:__tostring__()
  return ('%s mean: %f, std: %f'):format(torch.type(self), self.mean, self.std)
end
