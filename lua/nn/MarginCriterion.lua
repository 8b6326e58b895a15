-- nn.MarginCriterion: max(0, margin - t x) for targets t of 1 and -1 (default margin 1).

require 'nn.difference'('MarginCriterion', 'marginloss',
  {args = {{'margin', 1}}, fields = 'nil, self.margin, 0'})
