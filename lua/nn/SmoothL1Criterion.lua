-- nn.SmoothL1Criterion([sizeAverage = true]): (x - t)^2 / 2 where |x - t| < 1, otherwise |x - t| -
-- 1/2; the mean over all elements, or the sum.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('SmoothL1Criterion', 'smoothl1')
