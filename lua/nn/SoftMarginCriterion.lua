-- nn.SoftMarginCriterion: log(1 + exp(-t x)) for targets t of 1 and -1.

require 'nn.difference'('SoftMarginCriterion', 'softmarginloss', {fields = 'nil, 0, 0'})
