-- nn.HingeEmbeddingCriterion([margin = 1]): for distances x and targets t, x where t is 1 and
-- max(0, margin - x) where t is -1; the mean over all elements, or the sum. The target of a single
-- distance may be a number. Other targets are errors.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('HingeEmbeddingCriterion', 'hingeembedding',
  {args = {{'margin', 1}}, fields = 'nil, self.margin, 0', number = true})
