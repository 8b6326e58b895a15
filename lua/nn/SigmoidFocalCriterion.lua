-- nn.SigmoidFocalCriterion([gamma = 2], [alpha = 0.25], [sizeAverage = true]): the focal loss of
-- scores x and targets t in [0, 1], which weighs down what is classified well: -alpha t (1 -
-- p)^gamma log p - (1 - alpha) (1 - t) p^gamma log(1 - p) with p = sigmoid(x). A negative alpha
-- leaves the factors alpha and 1 - alpha out. An addition to Torch7. Lin et al. 2017, Focal loss
-- for dense object detection.
-- Shapes: input and target of the same sizes -> number.

local F = require 'torch.ffi'

local Focal = require 'nn.difference'('SigmoidFocalCriterion', 'sigmoidfocal',
  {args = {{'gamma', 2}, {'alpha', 0.25}}, fields = 'nil, self.gamma, self.alpha'})

local init = Focal.__init

function Focal:__init(gamma, alpha, sizeAverage)
  init(self, gamma, alpha, sizeAverage)
  if not (self.gamma >= 0 and self.alpha <= 1) then
    F.raise('nn.SigmoidFocalCriterion: expected gamma >= 0 and alpha <= 1, got %s and %s',
      self.gamma, self.alpha)
  end
end
