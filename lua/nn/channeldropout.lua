-- Dropout of whole channels: while training, zeros each channel of inputs [n c ...] or [c ...] with
-- probability p; in evaluation scales by 1 - p. Tompson et al., Efficient Object Localization,
-- 2015.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

--- Declares the class nn.<name> for samples of `dims` dimensions.
return function(name, dims)
  local Dropout, parent = torch.class('nn.' .. name, 'nn.Module')

  function Dropout:__init(p, stochasticInference)
    parent.__init(self)
    self:setp(p or 0.5)
    self.train = true
    self.stochastic_inference = stochasticInference or false
    self.noise = torch.Tensor()
  end

  --- Sets the probability of a channel to become zero.
  function Dropout:setp(p)
    if type(p) ~= 'number' or not (p >= 0 and p < 1) then
      F.raise('nn.%s: probability must be at least 0 and less than 1, got %s', name, tostring(p))
    end
    self.p = p
  end

  function Dropout:updateOutput(input)
    need.tensor(self, input, 'input')
    local output, n = self.output, input:dim()
    if not (self.train or self.stochastic_inference) then return (output:mul(input, 1 - self.p)) end
    if n ~= dims and n ~= dims + 1 then
      F.raise('nn.%s: expected a %dD or %dD input, got %s', name, dims, dims + 1,
        F.describe(input))
    end
    for d = 0, n - 1 do F.sizes[d] = d <= n - dims and input.sizes[d] or 1 end
    F.check(F.C.lt_resize(self.noise, n, F.sizes, nil))
    self.noise:bernoulli(1 - self.p)
    return (output:resizeAs(input):cmul(input, self.noise:expandAs(input)))
  end

  function Dropout:updateGradInput(input, gradOutput)
    need.gradient(self, input, gradOutput)
    if not self.train then return (self.gradInput:mul(gradOutput, 1 - self.p)) end
    if self.noise:dim() ~= input:dim() then F.raise('nn.%s: backward before forward', name) end
    return (self.gradInput:resizeAs(gradOutput):cmul(gradOutput, self.noise:expandAs(gradOutput)))
  end

  function Dropout:clearState()
    if self.noise then self.noise:set() end
    return parent.clearState(self)
  end

  function Dropout:__tostring__()
    return ('%s(%f)'):format(torch.type(self), self.p)
  end
end
