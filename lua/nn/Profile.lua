-- nn.Profile(module, [print_interval = 100], [name]): measures how long a module's forward and
-- backward passes take, and prints the sums after every print_interval of them.
-- Shapes: as the module says.

local need = require 'nn.need'
require 'nn'

local torch = torch

local Profile, parent = torch.class('nn.Profile', 'nn.Decorator')

local timer = torch.Timer()

function Profile:__init(module, print_interval, name)
  parent.__init(self, module)
  self.print_interval = print_interval or 100
  need.size(self, self.print_interval, 'print interval')
  self.name = name or torch.type(module)
  self.module = module
  self.numFwds, self.numBwds = 0, 0
  self.summedFwdTime, self.summedBwdTime = 0, 0
end

-- Adds the time since `start` to a sum of passes and prints the sum when it is complete.
local function count(self, start, number, sum, kind)
  self[number] = self[number] + 1
  self[sum] = self[sum] + timer:time().real - start
  if self[number] < self.print_interval then return end
  print(('%s took %.3f seconds for %d %s passes'):format(self.name, self[sum], self[number], kind))
  self[number], self[sum] = 0, 0
end

function Profile:updateOutput(input)
  local start = timer:time().real
  self.output = self.modules[1]:updateOutput(input)
  count(self, start, 'numFwds', 'summedFwdTime', 'forward')
  return self.output
end

function Profile:backward(input, gradOutput, scale)
  local start = timer:time().real
  self.gradInput = self.modules[1]:backward(input, gradOutput, scale or 1)
  count(self, start, 'numBwds', 'summedBwdTime', 'backward')
  return self.gradInput
end
