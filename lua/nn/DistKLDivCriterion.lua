-- nn.DistKLDivCriterion(): the Kullback-Leibler divergence t (log t - x) of log-probabilities x
-- from probabilities t; the mean over all elements, or the sum.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('DistKLDivCriterion', 'kldiv', {fields = 'nil, 0, 0'})
