-- nn.MSECriterion([sizeAverage = true]): (x - t)^2; the mean over all elements, or the sum.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('MSECriterion', 'mse')
