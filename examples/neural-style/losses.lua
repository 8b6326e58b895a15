-- Modules that pass their input on and note a loss, whose gradient they add on the way back.

require 'nn'

-- loss: strength times the mean squared difference from a target; none for an input of another
-- size, such as a style picture whose features are wanted
local ContentLoss, parent = torch.class('nn.ContentLoss', 'nn.Module')

function ContentLoss:__init(strength, target)
  parent.__init(self)
  self.strength, self.target, self.loss = strength, target, 0
  self.mse = nn.MSECriterion()
end

function ContentLoss:updateOutput(input)
  if input:isSameSizeAs(self.target) then
    self.loss = self.strength * self.mse:forward(input, self.target)
  end
  self.output = input
  return self.output
end

function ContentLoss:updateGradInput(input, gradOutput)
  self.gradInput = self.mse:backward(input, self.target):mul(self.strength):add(gradOutput)
  return self.gradInput
end

-- A network from [C H W] to the products of all pairs of channels, [C C].
function gram_matrix()
  local rows = nn.View(-1):setNumInputDims(2)
  local twice = nn.ConcatTable():add(nn.Identity()):add(nn.Identity())
  return nn.Sequential():add(rows):add(twice):add(nn.MM(false, true))
end

-- the same of the Gram matrix, over the number of elements of the input; style: features [C H W]
local StyleLoss, style_parent = torch.class('nn.StyleLoss', 'nn.ContentLoss')

function StyleLoss:__init(strength, style)
  style_parent.__init(self, strength, gram_matrix():forward(style):div(style:nElement()))
  self.gram = gram_matrix()
end

function StyleLoss:updateOutput(input)
  local g = self.gram:forward(input):div(input:nElement())
  self.loss = self.strength * self.mse:forward(g, self.target)
  self.output = input
  return self.output
end

function StyleLoss:updateGradInput(input, gradOutput)
  local dg = self.mse:backward(self.gram.output, self.target)
  dg:mul(self.strength / input:nElement())
  self.gradInput = self.gram:backward(input, dg):add(gradOutput)
  return self.gradInput
end

-- The gradient of strength / 2 times the sum of squared differences of neighbouring pixels; the
-- loss itself is not computed.
local TVLoss, tv_parent = torch.class('nn.TVLoss', 'nn.Module')

function TVLoss:__init(strength)
  tv_parent.__init(self)
  self.strength = strength
  self.difference = torch.Tensor()
end

function TVLoss:updateOutput(input)
  self.output = input
  return self.output
end

function TVLoss:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  for d = 2, 3 do
    local n = input:size(d) - 1
    self.difference:resizeAs(input:narrow(d, 1, n))
    self.difference:copy(input:narrow(d, 1, n)):add(-1, input:narrow(d, 2, n))
    self.gradInput:narrow(d, 1, n):add(self.strength, self.difference)
    self.gradInput:narrow(d, 2, n):add(-self.strength, self.difference)
  end
  return self.gradInput
end
