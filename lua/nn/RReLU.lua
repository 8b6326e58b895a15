-- nn.RReLU([l = 1/8], [u = 1/3], [inplace = false]): x where positive, otherwise x times a slope
-- drawn from [l, u] for each element while training, and the mean slope in evaluation. Xu et al.,
-- 2015.
-- Shapes: any -> the same.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch
local need = require 'nn.need'
local nn = require 'nn'

local RReLU, parent = torch.class('nn.RReLU', 'nn.Module')

function RReLU:__init(l, u, inplace)
  parent.__init(self)
  self.lower, self.upper = l or 1 / 8, u or 1 / 3
  if self.lower > self.upper then
    raise('nn.RReLU: lower slope %s exceeds upper slope %s', self.lower, self.upper)
  end
  self.noise = torch.Tensor()
  self.train = true
  self.inplace = inplace or false
end

-- Slopes: 1 for positive elements. A slope is drawn for each of the others, in order.
local function draw_slopes(self, input)
  local noise = self.noise
  local lower, upper = self.lower, self.upper
  noise:resizeAs(input):copy(input)
  noise:apply(function(x)
    if x > 0 then return 1 end
    return torch.uniform(lower, upper)
  end)
end

function RReLU:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  if self.inplace then output:set(input) end
  if self.train then
    draw_slopes(self, input)
    output:cmul(input, self.noise)
  else
    nn.LeakyReLU.updateOutput({output = output, negval = (self.lower + self.upper) / 2}, input)
  end
  return output
end

function RReLU:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  local gradInput = self.gradInput
  if self.inplace then gradInput:set(gradOutput) end
  if self.train and self.upper - self.lower > 1e-6 then
    gradInput:cmul(gradOutput, self.noise)
  else
    nn.LeakyReLU.updateGradInput({gradInput = gradInput, output = self.output,
      negval = (self.lower + self.upper) / 2}, input, gradOutput)
  end
  return gradInput
end

function RReLU:clearState()
  if self.noise then self.noise:set() end
  return parent.clearState(self)
end

function RReLU:__tostring__()
  return ('%s (l:%f, u:%f)'):format(torch.type(self), self.lower, self.upper)
end
