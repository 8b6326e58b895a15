-- nn.SoftMarginCriterion(): log(1 + exp(-t x)) for targets t of 1 and -1; the mean over all
-- elements, or the sum (field sizeAverage).
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('SoftMarginCriterion', 'softmarginloss', {fields = 'nil, 0, 0'})
