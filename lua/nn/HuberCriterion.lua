-- nn.HuberCriterion([delta = 1], [sizeAverage = true]): (x - t)^2 / 2 where |x - t| <= delta,
-- otherwise delta (|x - t| - delta / 2); the mean over all elements, or the sum. An addition to
-- Torch7. Huber 1964, Robust estimation of a location parameter.
-- Shapes: input and target of the same sizes -> number.

local F = require 'torch.ffi'

local Huber = require 'nn.difference'('HuberCriterion', 'huber',
  {args = {{'delta', 1}}, fields = 'nil, self.delta, 0'})

local init = Huber.__init

function Huber:__init(delta, sizeAverage)
  init(self, delta, sizeAverage)
  if self.delta ~= self.delta or self.delta <= 0 then
    F.raise('nn.HuberCriterion: delta must be above 0, got %s', self.delta)
  end
end
