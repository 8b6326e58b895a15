-- nn.AbsCriterion([sizeAverage = true]): |x - t|; the mean over all elements, or the sum.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('AbsCriterion', 'absloss')
