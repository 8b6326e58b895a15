-- nn.Power: every element to the power p.

local torch = torch

local Power, parent = torch.class('nn.Power', 'nn.Module')

function Power:__init(p)
  parent.__init(self)
  if type(p) ~= 'number' then error('nn.Power: expected a number, got ' .. torch.type(p), 3) end
  self.pow = p
end

function Power:updateOutput(input)
  self.output:pow(input, self.pow)
  return self.output
end

function Power:updateGradInput(input, gradOutput)
  self.gradInput:pow(input, self.pow - 1):cmul(gradOutput):mul(self.pow)
  return self.gradInput
end
