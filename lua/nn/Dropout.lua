-- nn.Dropout([p = 0.5], [v1 = false], [inplace = false], [stochasticInference = false]): while
-- training, each element is zero with probability p and the others are scaled by 1 / (1 - p); with
-- v1 (the first published form) not scaled, but all scaled by 1 - p in evaluation. Srivastava et
-- al., Dropout, 2014.
-- Shapes: any -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local Dropout, parent = torch.class('nn.Dropout', 'nn.Module')

local function check_probability(p)
  if type(p) ~= 'number' or not (p >= 0 and p < 1) then
    raise('nn.Dropout: probability must be at least 0 and less than 1, got %s', tostring(p))
  end
  return p
end

function Dropout:__init(p, v1, inplace, stochasticInference)
  parent.__init(self)
  self.p = check_probability(p or 0.5)
  self.train = true
  self.inplace = inplace or false
  self.stochastic_inference = stochasticInference or false
  self.v2 = not v1
  self.noise = torch.Tensor()
end

function Dropout:updateOutput(input)
  need.tensor(self, input, 'input')
  local output = self.output
  if self.inplace then output:set(input) end
  if self.p > 0 and (self.train or self.stochastic_inference) then
    local noise = self.noise
    noise:resizeAs(input):bernoulli(1 - self.p)
    if self.v2 then check(C.lt_cmul_s(noise, noise, 1 / (1 - self.p))) end
    check(C.lt_cmul(output, input, noise))
  elseif not self.v2 then
    check(C.lt_cmul_s(output, input, 1 - self.p))
  elseif not self.inplace then
    output:resizeAs(input):copy(input)
  end
  return output
end

function Dropout:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  local gradInput = self.gradInput
  if self.inplace then gradInput:set(gradOutput) end
  if self.train then
    if self.p > 0 then
      if self.noise:nElement() ~= input:nElement() then
        raise('nn.Dropout: backward of %s, forward was of %s', F.describe(input),
          F.describe(self.noise))
      end
      check(C.lt_cmul(gradInput, gradOutput, self.noise))
    elseif not self.inplace then
      gradInput:resizeAs(gradOutput):copy(gradOutput)
    end
  elseif not self.v2 and self.p > 0 then
    check(C.lt_cmul_s(gradInput, gradOutput, 1 - self.p))
  elseif not self.inplace then
    gradInput:resizeAs(gradOutput):copy(gradOutput)
  end
  return gradInput
end

--- Sets the probability of an element to become zero.
function Dropout:setp(p)
  self.p = check_probability(p)
end

function Dropout:clearState()
  if self.noise then self.noise:set() end
  return parent.clearState(self)
end

function Dropout:__tostring__()
  return ('%s(%f)'):format(torch.type(self), self.p)
end
