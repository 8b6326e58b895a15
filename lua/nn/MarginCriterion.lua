-- nn.MarginCriterion([margin = 1]): max(0, margin - t x) for targets t of 1 and -1; the mean over
-- all elements, or the sum.
-- Shapes: input and target of the same sizes -> number.

require 'nn.difference'('MarginCriterion', 'marginloss',
  {args = {{'margin', 1}}, fields = 'nil, self.margin, 0'})
